//! The addresses, and the OpenAPI document made from them.

use super::body::Most;
use super::fault::{Fault, Problem, Wrong};
use super::{
    answers, audit, caller, issuing, links, progress, releases, rosters, scorecard_files, scorecards, seal, surface,
    surveys, units,
};
use crate::domain::key::Scope;
use crate::domain::release::Figure;
use crate::web::metrics::Route as Known;
use crate::web::{answer, error};
use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, resource, route, to};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use std::collections::BTreeMap;
use std::future::ready;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, ResponseBuilder, Schema, Type};
use utoipa::{Modify, OpenApi, PartialSchema};

/// An address of the interface.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The method; GET answers HEAD, too.
    pub method: &'static str,
    /// The path, with its places in braces.
    pub path: &'static str,
    /// What a key needs; nothing where no key is asked for.
    pub scope: Option<Scope>,
}

macro_rules! api {
    ($($path:literal $(up to $most:path)? { $($method:ident $handler:path: $scope:expr),+ })+) => {
        /// Every address of the interface.
        pub const ROUTES: &[Route] = &[$($(
            Route { method: api!(@name $method), path: $path, scope: $scope },
        )+)+];

        /// Adds the addresses to the server's.
        pub fn configure(config: &mut ServiceConfig) {
            config$(.service({
                let most = Most(api!(@most $($most)?));
                resource($path)
                    .app_data(Known($path))
                    .app_data(most)
                    .app_data(most.payload())
                    .wrap(from_fn(caller::admit))
                    $(.route(api!(@route $method).to($handler)))+
                    .default_service(to(nowhere))
            }))+;
        }

        #[derive(OpenApi)]
        #[openapi(
            paths($($($handler),+),+, answer::show_json, answer::act_json, answer::submit_json),
            components(schemas(Problem, Wrong, error::Body)),
            modifiers(&Common),
        )]
        struct Document;
    };
    (@name get) => { "GET" };
    (@name post) => { "POST" };
    (@name put) => { "PUT" };
    (@name patch) => { "PATCH" };
    (@name delete) => { "DELETE" };
    (@route get) => { route().guard(Any(Get()).or(Head())) };
    (@route $method:ident) => { actix_web::web::$method() };
    (@most) => { super::body::LARGEST };
    (@most $most:path) => { $most };
}

const NO_KEY: Option<Scope> = None;

api! {
    "/openapi.json" { get surface::openapi: NO_KEY }
    "/api/v1/surveys" {
        get surveys::list: Some(Scope::SurveysRead),
        post surveys::create: Some(Scope::SurveysWrite)
    }
    "/api/v1/surveys/{survey}" { get surveys::show: Some(Scope::SurveysRead) }
    "/api/v1/surveys/{survey}/open" { post surveys::open: Some(Scope::SurveysWrite) }
    "/api/v1/surveys/{survey}/close" { post surveys::close: Some(Scope::SurveysWrite) }
    "/api/v1/surveys/{survey}/progress" { get progress::show: Some(Scope::ProgressRead) }
    "/api/v1/surveys/{survey}/seal" { get seal::show: Some(Scope::Seal), post seal::act: Some(Scope::Seal) }
    "/api/v1/units" { get units::list: Some(Scope::UnitsRead), post units::import: Some(Scope::UnitsWrite) }
    "/api/v1/scorecards" up to scorecards::LARGEST {
        get scorecards::list: Some(Scope::ScorecardsRead),
        post scorecards::create: Some(Scope::ScorecardsWrite)
    }
    "/api/v1/scorecards/{scorecard}" up to scorecards::LARGEST {
        get scorecards::show: Some(Scope::ScorecardsRead),
        put scorecards::replace: Some(Scope::ScorecardsWrite)
    }
    "/api/v1/scorecards/{scorecard}/indicators/{code}" {
        patch scorecards::enter: Some(Scope::ScorecardsWrite)
    }
    "/api/v1/scorecards/{scorecard}/table" { get scorecards::table: Some(Scope::ScorecardsRead) }
    "/api/v1/scorecards/{scorecard}/file.csv" { get scorecard_files::as_csv: Some(Scope::ScorecardsRead) }
    "/api/v1/scorecards/{scorecard}/file.xlsx" { get scorecard_files::as_xlsx: Some(Scope::ScorecardsRead) }
    "/api/v1/scorecards/{scorecard}/file.docx" { get scorecard_files::as_docx: Some(Scope::ScorecardsRead) }
    "/api/v1/scorecards/{scorecard}/versions" { get scorecard_files::versions: Some(Scope::ScorecardsRead) }
    "/api/v1/scorecards/{scorecard}/changes" { get scorecard_files::changes: Some(Scope::ScorecardsRead) }
    "/api/v1/surveys/{survey}/roster" up to rosters::LARGEST {
        get rosters::count: Some(Scope::RostersWrite),
        post rosters::add: Some(Scope::RostersWrite)
    }
    "/api/v1/surveys/{survey}/links" {
        get links::show: Some(Scope::LinksRead),
        post issuing::issue: Some(Scope::LinksIssue)
    }
    "/api/v1/surveys/{survey}/links/export" { post links::export: Some(Scope::LinksRead) }
    "/api/v1/surveys/{survey}/links/reissue" { post links::reissue: Some(Scope::LinksIssue) }
    "/api/v1/surveys/{survey}/links/revoke" { post links::revoke: Some(Scope::LinksIssue) }
    "/api/v1/surveys/{survey}/releases" { get releases::list: Some(Scope::ResultsRead) }
    "/api/v1/surveys/{survey}/release" {
        get releases::show: Some(Scope::ResultsRead),
        post releases::make: Some(Scope::ResultsRelease)
    }
    "/api/v1/surveys/{survey}/release.csv" { get releases::csv: Some(Scope::ResultsRead) }
    "/api/v1/surveys/{survey}/release.xlsx" { get releases::xlsx: Some(Scope::ResultsRead) }
    "/api/v1/surveys/{survey}/release.docx" { get releases::docx: Some(Scope::ResultsRead) }
    "/api/v1/surveys/{survey}/void" { post releases::void: Some(Scope::ResultsRelease) }
    "/api/v1/surveys/{survey}/restore" { post releases::restore: Some(Scope::ResultsRelease) }
    "/api/v1/surveys/{survey}/rows" { post releases::rows: Some(Scope::ResultsRelease) }
    "/api/v1/audit" { get audit::list: Some(Scope::AuditRead) }
}

/// The reply where nothing is, or where other methods are known.
pub async fn nowhere(request: HttpRequest) -> HttpResponse {
    ready(()).await;
    let known = request.match_pattern().map(|pattern| methods(&pattern)).unwrap_or_default();
    let fault = if known.is_empty() { Fault::unknown_path() } else { Fault::method(known.join(", ")) };
    fault.error_response()
}

/// What a key needs for that method of an address.
pub fn scope(method: &Method, path: &str) -> Option<Scope> {
    let method = if *method == Method::HEAD { Method::GET } else { method.clone() };
    ROUTES.iter().find(|route| route.path == path && route.method == method.as_str())?.scope
}

/// The methods that an address knows.
fn methods(path: &str) -> Vec<&'static str> {
    let of_path = ROUTES.iter().filter(|route| route.path == path);
    of_path.flat_map(|route| if route.method == "GET" { vec!["GET", "HEAD"] } else { vec![route.method] }).collect()
}

/// The OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// What all operations have in common: the key, its scope, the replies that anything may give.
struct Common;

/// The name of the key in the document.
const KEY: &str = "key";

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        document.info.title = "Fivepoint".to_owned();
        document.info.description =
            Some("Surveys, links, progress, releases and scorecards for other programs.".to_owned());
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, made at the desk or by “fivepoint key add”."))
            .build();
        if let Some(components) = &mut document.components {
            components.add_security_scheme(KEY, SecurityScheme::Http(bearer));
            name_figures(&mut components.schemas);
        }
        for route in ROUTES {
            let Some(item) = document.paths.paths.get_mut(route.path) else { continue };
            let operation = match route.method {
                "GET" => &mut item.get,
                "POST" => &mut item.post,
                "PUT" => &mut item.put,
                "PATCH" => &mut item.patch,
                _ => &mut item.delete,
            };
            if let Some(operation) = operation {
                complete(route, operation);
            }
        }
        answers::complete(&mut document.paths);
    }
}

/// References to what stands for a figure in generic types are called after Rust's type, and lead nowhere.
fn name_figures(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let (before, after) = (Ref::from_schema_name("Option"), Ref::from_schema_name("Figure"));
    let objects = schemas.values_mut().filter_map(|schema| match schema {
        RefOr::T(Schema::Object(object)) => Some(object),
        _ => None,
    });
    for property in objects.flat_map(|object| object.properties.values_mut()) {
        if let RefOr::Ref(of) = property
            && of.ref_location == before.ref_location
        {
            of.ref_location.clone_from(&after.ref_location);
        }
    }
    schemas.insert("Figure".to_owned(), Figure::schema());
}

fn complete(route: &Route, operation: &mut Operation) {
    // Handlers are named within their file; the document names them all.
    let tag = operation.tags.as_ref().and_then(|tags| tags.first().cloned()).unwrap_or_default();
    operation.operation_id = operation.operation_id.take().map(|name| format!("{tag}_{name}"));
    if let Some(scope) = route.scope {
        operation.security = Some(vec![SecurityRequirement::new(KEY, [scope.name()])]);
        let said = operation.description.take().map(|said| format!("{said}\n\n")).unwrap_or_default();
        operation.description = Some(format!("{said}Scope: `{}`.", scope.name()));
        tell(operation, "401", "No key, or one that is unknown, revoked or expired.");
        tell(operation, "403", "The key does not have the scope.");
        tell(operation, "429", "Too many requests: the headers say when to go on.");
        tell(operation, "500", "Something is wrong on the server's side.");
        tell(operation, "503", "The server is busy: try again after `Retry-After` seconds.");
    }
    if route.path.contains('{') {
        tell(operation, "404", "There is no such thing for this key.");
    }
    if operation.parameters.as_ref().is_some_and(|all| !all.is_empty()) || operation.request_body.is_some() {
        tell(operation, "400", "The query or the body cannot be read.");
    }
    if operation.request_body.is_some() {
        tell(operation, "408", "The body did not come in time.");
        tell(operation, "413", "The body is too large.");
        tell(operation, "415", "The body is of a type that is not read here.");
        tell(operation, "422", "What was sent has mistakes; each is listed and nothing was changed.");
    }
    if route.method == "GET" {
        let text = || ObjectBuilder::new().schema_type(Type::String).build();
        let held = ParameterBuilder::new()
            .name("If-None-Match")
            .parameter_in(ParameterIn::Header)
            .description(Some("The `ETag` of what you have: where it is the same, the reply is 304 without a body."))
            .schema(Some(text()))
            .build();
        operation.parameters.get_or_insert_default().push(held.into());
        if let Some(RefOr::T(reply)) = operation.responses.responses.get_mut("200") {
            let about = "Changes with what the reply tells.";
            let tag = HeaderBuilder::new().schema(Some(text())).description(Some(about)).build();
            reply.headers.insert("ETag".to_owned(), tag.into());
        }
        let same = ResponseBuilder::new().description("What you have is the same.").build();
        operation.responses.responses.insert("304".to_owned(), same.into());
    } else {
        tell(operation, "409", "A rule stands in the way; `code` says which.");
    }
    if route.scope.is_some() {
        // They come with every reply, and are said where somebody looks for them.
        let told = operation.responses.responses.iter_mut();
        for (_, reply) in told.filter(|(status, _)| status.starts_with('2') || *status == "429") {
            let RefOr::T(reply) = reply else { continue };
            for (name, about) in [
                ("RateLimit-Limit", "Requests that a key may make in a minute."),
                ("RateLimit-Remaining", "Requests left in this minute."),
                ("RateLimit-Reset", "Seconds until the next minute."),
            ] {
                let number = ObjectBuilder::new().schema_type(Type::Integer).build();
                let header = HeaderBuilder::new().schema(Some(number)).description(Some(about)).build();
                reply.headers.insert(name.to_owned(), header.into());
            }
        }
    }
}

fn tell(operation: &mut Operation, status: &str, about: &str) {
    tell_as("Problem", operation, status, about);
}

/// Adds a problem as a reply, unless the operation says more about this status itself.
pub(super) fn tell_as(schema: &str, operation: &mut Operation, status: &str, about: &str) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    let reply = ResponseBuilder::new().description(about).content("application/problem+json", problem).build();
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| reply.into());
}
