# 答卷页上的话。用“您”，说短句，不用“错误”“失败”这样的词，先说明情况，再说怎么办。
# 英文在 en/answer.ftl，键名相同。

date = { $year }年{ $month }月{ $day }日

## 开始

lead = { $organiser }请您回答 { $questions } 个问题，大约要 { $minutes } 分钟，不限时间。
lead-free = 不记名，也可以不参加。不参加，您的补助和服务都不会变。
notice = 回答之前，请您先看
notice-who = 谁在问
notice-who-text = { $organiser }。问的是：{ $programme }。
notice-free = 自愿参加
notice-free-text = 按您自己的想法选，没有对错。您也可以不参加，补助和服务都不会变。
notice-anonymous = 不记名是什么意思
notice-anonymous-text = 答卷上没有您的姓名和电话，也不记时间。调查封存以后，谁也对不上哪一份是您的。封存以前，管理数据库的技术人员还有可能对上。
notice-kept = 留下什么
notice-kept-text = 只留下四样，用来统计：您选的答案、谁在回答、属于哪个县区或托养机构、是网上填的还是纸上填的。
notice-phone = 在这部手机上
notice-phone-text = 没交以前，您的选择只存在这部手机里，最多存 24 小时。交上来以后就从手机里删掉，当天只记住这部手机交了几份。这个数会一起报上来，好发现有人替很多人填。
notice-days = 留多久
notice-days-text = 名单和联系方式在调查结束 { $days } 天后删除。不记名的答卷留作统计。
notice-final = 交了不能撤回
notice-final-text = 答卷交上来就和别人的放在一起。我们找不出您的那一份，所以不能改，也不能撤回。
notice-contact = 有问题找谁
consent-start = 点“开始回答”，就表示您看过上面的说明，同意我们这样使用您的回答。
consent-submit = 点下面的按钮，就表示您看过前面的说明，同意我们这样使用您的回答。
start = 开始回答

## 问题

who = 谁在回答？
who-small = 先问一句
self = 本人
helped-by-family = 本人，家人帮忙
helped-by-staff = 本人，工作人员帮忙
guardian = 监护人代答
progress = 第 { $no } 题，共 { $total } 题
progress-optional = 第 { $no } 题，共 { $total } 题（可以不答）
easy = 通俗说法
skip = 这一题不回答
next = 下一题
back = 上一题
to-start = 返回
to-review = 去核对
listen = 朗读
silence = 停止朗读
to-easy = 换成通俗说法
to-official = 换成正式说法

## 核对与提交

review = 请核对您的答案
review-text = 想改哪一题，就点哪一题。都对了，请点“提交答卷”。
change = 修改
unanswered = 没有回答
submit = 提交答卷
sending = 正在提交…
sending-text = 请稍等一下。
offline = 网络断开了，您的选择已保存在手机上，联网后会自动提交。
offline-unsaved = 网络断开了，您的选择还在这个页面上。请不要关闭页面，联网后会自动提交。
busy = 现在提交的人有点多，您的选择都在，过几秒会自动再提交。
away = 暂时连不上，您的选择都在，过一会儿会自动再提交。
unsure = 答卷可能已经收到，也可能还没有。再提交一次不会重复计算。
keep-open = 请先不要关闭这个页面。
retry = 现在再试一次
waiting = 答卷还在等着提交
waiting-later = 您也可以先关上，24 小时以内再打开这个链接，会接着提交。
decline-away = 暂时连不上，还不知道记下来没有。请过一会儿再点一次，不会重复。

## 接着填，清除

resume = 欢迎回来
resume-text = 您上次选的答案还在这部手机上，没有提交。可以接着回答。
continue = 接着回答
clear = 清除，换人填写
clear-heading = 清除这份没交的答卷？
clear-text = 这部手机上选好的答案会删掉。清除以后，可以输入别人的答卷码；您的链接以后还能打开，重新回答。

## 不参加

decline = 我不参加
decline-heading = 您不想参加，是吗？
decline-text = 不参加没有关系，补助和服务都不会变，我们也不会再提醒您。
decline-confirm = 确定不参加
declined = 好的，您选择了不参加
declined-text = 您的补助和服务都不会变，我们也不会再提醒您。
declined-undo-text = 如果改了主意，在调查结束以前，都可以点下面的按钮再来填。
undo = 我想参加

## 收到了

thanks = 谢谢您，答卷已经收到
thanks-text = 您的意见已经记下，不用再填了。
thanks-before = 答卷已经收到，只算一次。如果交过几次，以第一次交的为准，不用再填了。
receipt-text = 下面是回执号，只证明答卷收到了，看不出您选了什么。可以抄下来，也可以不留。
receipt = 您的回执
next-person = 换人填写：输入答卷码

## 缺了什么

errors = 还有 { $count } 处，请您看一看
errors-kept = 您选好的答案都还在。
errors-title = 请补上：{ $title }
error-question = 第 { $no } 题：{ $problem }
error-respondent = 谁在回答：{ $problem }
error-missing = 请选一个答案
error-option = 没有这个选项，请重新选一个
error-repeated = 选了不止一个，请只选一个
error-question-unknown = 问卷里没有这道题

## 输入答卷码

code-title = 输入答卷码
code = 请输入答卷码
code-help = 20 位字母和数字，印在您收到的通知上。大写小写都可以，横线可以不输。
code-wrong = 这不像是答卷码，请再核对一下。答卷码一共 20 位，只有字母和数字。
code-open = 打开答卷

## 别的情形

not-open = 调查还没有开始
not-open-text = 请过几天再打开这个链接。
not-open-before = 调查从{ $date }开始，请到那时再打开这个链接。
closed = 这次调查已经结束
closed-text = 谢谢您的关心，现在不能再提交答卷了。
closed-on = 调查已在{ $date }结束，现在不能再提交答卷了。谢谢您的关心。
revoked = 这个链接已经停用
revoked-text = 这个链接已经被收回，不能再填写。
replaced = 您有一个新的链接
replaced-text = 这个旧链接已经换成新的，请用最近收到的那一个。
refused-declined = 您选择了不参加
refused-declined-text = 如果改了主意，请重新打开链接，点“我想参加”。
refused-submitted = 答卷已经收到
refused-submitted-text = 交了的答卷和别人的放在一起，找不出来，所以不能撤回。
ask = 有问题请联系：{ $contact }
unknown-link = 没有找到这份答卷
unknown-link-text = 请核对链接或答卷码，也可以重新输入一次。如果这次调查已经结束并封存，链接也就不存在了。
unknown-path = 没有这个页面
unknown-path-text = 请核对网址，或者输入答卷码。
busy-page = 现在人有点多
busy-page-text = 还不能确定您的答卷有没有收到。您的选择都还在，请等几秒钟，再点一次下面的按钮，不会重复计算。
busy-act-text = 还没有办好。请等几秒钟，再点一次下面的按钮。
busy-look-text = 请等几秒钟，再打开一次。
request-number = 打电话求助时，可以说出这个编号：
again = 再试一次
again-submit = 再提交一次
unreadable = 这份答卷没有读出来
unreadable-text = 请返回上一页，再点一次“提交答卷”。
