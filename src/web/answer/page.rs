//! The recipient's pages, as data for the templates in `frontend/templates`.

use crate::domain::link::Refusal;
use crate::domain::response::{self, RawSubmission, Respondent};
use crate::domain::survey::{Question, Survey};
use crate::domain::token::{Code, Receipt};
use crate::web::error::Problem;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The page's address and the target of its form.
fn address(code: &Code) -> String {
    format!("/s/{code}")
}

/// The whole questionnaire on one page.
#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage<'a> {
    title: &'a str,
    survey: &'a Survey,
    action: String,
    errors: Vec<FieldError>,
    respondents: Vec<RespondentView>,
    respondent_error: Option<&'static str>,
    questions: Vec<QuestionView<'a>>,
    total: usize,
}

struct FieldError {
    field: String,
    label: String,
    message: &'static str,
}

struct RespondentView {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

struct QuestionView<'a> {
    name: String,
    no: usize,
    text: &'a str,
    easy: Option<&'a str>,
    required: bool,
    error: Option<String>,
    options: Vec<OptionView<'a>>,
}

struct OptionView<'a> {
    code: &'a str,
    label: &'a str,
    chosen: bool,
    /// 1 (best) to 5; 0 for "don't know", which has no face.
    face: usize,
}

/// Every other state of a link: a heading, some words, perhaps one thing to do.
#[derive(Default, Template)]
#[template(path = "state.html")]
struct StatePage<'a> {
    title: &'a str,
    heading: &'a str,
    paragraphs: Vec<String>,
    receipt: Option<String>,
    action: Option<String>,
    button_value: Option<&'a str>,
    button_label: Option<&'a str>,
    code_link: bool,
}

/// The page on which a code is typed.
#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    title: &'a str,
    error: Option<&'a str>,
    typed: &'a str,
}

/// The questionnaire, empty or with what was chosen and what is wrong with it.
pub fn questionnaire(
    code: &Code,
    survey: &Survey,
    chosen: &RawSubmission,
    errors: &[response::FieldError],
) -> HttpResponse {
    let wrong = |field: &str| errors.iter().find(|error| error.field == field).map(|error| in_words(error.problem));
    let title = if errors.is_empty() { survey.title.clone() } else { format!("请补上：{}", survey.title) };
    let page = AnswerPage {
        title: &title,
        survey,
        action: address(code),
        errors: errors.iter().map(summary).collect(),
        respondents: Respondent::ALL.map(|kind| respondent(kind, chosen)).into(),
        respondent_error: wrong("respondent"),
        questions: survey
            .questions
            .iter()
            .enumerate()
            .map(|(index, question)| {
                let name = format!("q{}", index + 1);
                let error = wrong(&name).map(|message| format!("{message}。"));
                QuestionView { error, name, ..view(survey, question, index + 1, chosen) }
            })
            .collect(),
        total: survey.questions.len(),
    };
    let mut reply = if errors.is_empty() { HttpResponse::Ok() } else { Problem::InvalidAnswers.reply() };
    render(&mut reply, &page)
}

fn respondent(kind: Respondent, chosen: &RawSubmission) -> RespondentView {
    let label = match kind {
        Respondent::Own => "本人",
        Respondent::HelpedByFamily => "本人，家人帮忙",
        Respondent::HelpedByStaff => "本人，工作人员帮忙",
        Respondent::Guardian => "监护人代答",
    };
    RespondentView { value: kind.name(), label, chosen: chosen.respondent.as_deref() == Some(kind.name()) }
}

fn view<'a>(survey: &'a Survey, question: &'a Question, no: usize, chosen: &RawSubmission) -> QuestionView<'a> {
    let picked = chosen.chosen(no);
    let mut options: Vec<_> = survey
        .scale
        .options
        .iter()
        .enumerate()
        .map(|(index, option)| OptionView {
            code: &option.code,
            label: &option.label,
            chosen: picked == Some(&option.code),
            face: index + 1,
        })
        .collect();
    options.extend(survey.scale.dont_know.as_ref().map(|option| OptionView {
        code: &option.code,
        label: &option.label,
        chosen: picked == Some(&option.code),
        face: 0,
    }));
    let (text, easy, required) = (&question.text, question.easy.as_deref(), question.required);
    QuestionView { name: String::new(), no, text, easy, required, error: None, options }
}

fn summary(error: &response::FieldError) -> FieldError {
    let label = match error.field.strip_prefix('q') {
        Some(number) => format!("第 {number} 题"),
        None => "谁在回答".to_owned(),
    };
    FieldError { field: error.field.clone(), label, message: in_words(error.problem) }
}

const fn in_words(problem: response::Problem) -> &'static str {
    match problem {
        response::Problem::Missing => "请选一个答案",
        response::Problem::UnknownOption => "没有这个选项，请重新选一个",
        response::Problem::Repeated => "选了不止一个，请只选一个",
        response::Problem::UnknownQuestion => "问卷里没有这道题",
    }
}

/// The answer is recorded.
pub fn submitted(receipt: &Receipt, survey: &Survey) -> HttpResponse {
    let page = StatePage {
        title: &survey.title,
        heading: "谢谢您，答卷已经收到",
        paragraphs: vec![
            "您的意见已经记下，不用再填了。".to_owned(),
            "下面是回执号，只证明答卷收到了，看不出您选了什么。可以抄下来，也可以不留。".to_owned(),
        ],
        receipt: Some(receipt.to_string()),
        code_link: true,
        ..StatePage::default()
    };
    render(&mut HttpResponse::Ok(), &page)
}

/// The person declined and may come back.
pub fn declined(code: &Code, survey: &Survey) -> HttpResponse {
    let page = StatePage {
        title: &survey.title,
        heading: "好的，您选择了不参加",
        paragraphs: vec![
            "您的补助和服务都不会变，我们也不会再提醒您。".to_owned(),
            "如果改了主意，在调查结束以前，都可以点下面的按钮再来填。".to_owned(),
        ],
        action: Some(address(code)),
        button_value: Some("resume"),
        button_label: Some("我想参加"),
        code_link: true,
        ..StatePage::default()
    };
    render(&mut HttpResponse::Ok(), &page)
}

/// The link is known and cannot be answered. `contact` says whom to call, where the survey is known.
pub fn refused(refusal: Refusal, contact: Option<&str>) -> HttpResponse {
    let (heading, words) = match refusal {
        Refusal::NotOpen => ("调查还没有开始", "请过几天再打开这个链接。"),
        Refusal::Closed => ("这次调查已经结束", "谢谢您的关心，现在不能再提交答卷了。"),
        Refusal::Revoked => ("这个链接已经停用", "这个链接已经被收回，不能再填写。"),
        Refusal::Replaced => ("您有一个新的链接", "这个旧链接已经换成新的，请用最近收到的那一个。"),
        Refusal::Declined => ("您选择了不参加", "如果改了主意，请重新打开链接，点“我想参加”。"),
        Refusal::Submitted => ("答卷已经收到", "交了的答卷和别人的放在一起，找不出来，所以不能撤回。"),
    };
    let mut paragraphs = vec![words.to_owned()];
    paragraphs.extend(contact.map(|contact| format!("有问题请联系：{contact}")));
    let page = StatePage { title: heading, heading, paragraphs, code_link: true, ..StatePage::default() };
    render(&mut Problem::Refused(refusal).reply(), &page)
}

/// Something else went wrong: what happened and what to do.
pub fn problem(problem: Problem) -> HttpResponse {
    let (heading, words) = match problem {
        Problem::Refused(refusal) => return refused(refusal, None),
        Problem::UnknownLink => ("没有找到这份答卷", "请核对链接或答卷码，也可以重新输入一次。"),
        Problem::UnknownPath | Problem::Method => ("没有这个页面", "请核对网址，或者输入答卷码。"),
        Problem::Busy => {
            ("现在人有点多", "还不能确定您的答卷有没有收到。请等几秒钟，返回上一页再点一次“提交答卷”，不会重复计算。")
        }
        Problem::Slow | Problem::TooLarge | Problem::MediaType | Problem::MalformedBody | Problem::InvalidAnswers => {
            ("这份答卷没有读出来", "请返回上一页，再点一次“提交答卷”。")
        }
    };
    let page = StatePage {
        title: heading,
        heading,
        paragraphs: vec![words.to_owned()],
        code_link: true,
        ..StatePage::default()
    };
    render(&mut problem.reply(), &page)
}

/// The page on which a code is typed, with what was typed before and was no code.
pub fn type_code(typed: &str) -> HttpResponse {
    let error = (!typed.is_empty()).then_some("这不像是答卷码，请再核对一下：一共 20 位，只有字母和数字。");
    let mut reply = if error.is_some() { Problem::UnknownLink.reply() } else { HttpResponse::Ok() };
    render(&mut reply, &CodePage { title: "输入答卷码", error, typed })
}

/// A page with the headers that every page of a recipient has.
fn render(reply: &mut HttpResponseBuilder, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => reply
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header(("X-Robots-Tag", "noindex"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// What a page may do: show itself and send its own form. The style is known by its hash, which is
/// taken from a page as it is sent.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let page = CodePage { title: "", error: None, typed: "" }.render().unwrap_or_default();
    let style =
        page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).map_or("", |(style, _)| style);
    let hash = base64(&Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
});

fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}
