# 工作台的话。称呼用“您”；先说情况，再说怎么办。英文在 en/staff.ftl，键名相同。

to-content = 跳到正文
menu = 主要栏目
home = 工作台
menu-surveys = 调查
menu-surveys-text = 问卷、名单、链接，从设计到归档
menu-units = 单位
menu-units-text = 市残联、县区残联和托养机构
menu-accounts = 账号
menu-accounts-text = 谁可以登录，可以做什么
menu-audit = 操作记录
menu-audit-text = 谁在什么时候做了什么
account = 我的账号
account-text = 密码、两步验证、登录情况
to-desk = 回到工作台
choose = 请选择
yes = 有
no = 无

role = 身份
role-admin = 管理员
role-evaluator = 评价人员
role-monitor = 县区残联
role-clerk = 录入员
unit = 单位
no-unit = 不属于某个单位
unit-help = 县区残联和录入员必须选单位，只能看到这个单位和它的下级。
unit-missing = 请选择这个人所属的单位。
role-missing = 请选择身份。
state = 状态

sign-in = 登录
sign-out = 退出
name = 用户名
name-help = 2 到 64 个字，可以用汉字、字母、数字和 . _ - @。
name-wrong = 用户名要有 2 到 64 个字，只能用汉字、字母、数字和 . _ - @。
password = 密码
factor-code = 验证码
factor-code-help = 开通了两步验证才需要填，6 位数字。
sign-in-wrong = 用户名、密码或验证码不对，请再试一次。
sign-in-wait = 连续几次没有登录成功，请等 { $seconds } 秒再试。

before = 上一次登录：{ $time }。如果不是您本人，请马上改密码。
before-never = 这是您第一次登录。
password-change = 修改密码
password-now = 现在的密码
password-new = 新密码
password-again = 再输一遍新密码
password-help = 至少 { $least } 个字符。长比复杂更有用，可以用一句话。
password-short = 密码至少要有 { $least } 个字符。
password-long = 密码太长了，最多 { $most } 个字节。
password-guessable = 这个密码太容易猜：不要包含用户名，也不要只用一个字符。
password-wrong = 现在的密码不对，请再试一次。
password-differs = 两次输入的新密码不一样，请再输一遍。
password-done = 密码已经修改，其他地方的登录都已结束。
password-first = 新密码
password-first-help = 请当面告诉本人，并请本人登录后马上修改。
password-reset = 重设密码
password-reset-text = 给这个账号一个新密码，它在各处的登录都会结束。
password-reset-factor-text = 给这个账号一个新密码，它的两步验证会取消，在各处的登录都会结束。

factor = 两步验证
factor-on = 已开通：登录时除了密码，还要手机上的验证码。
factor-off = 没有开通。开通以后，别人就算知道密码也登录不了。
factor-set = 开通两步验证
factor-remove = 取消两步验证
factor-required = 评价人员要先开通两步验证，才能做别的事。
factor-step-scan = 用手机上的验证器（身份验证应用）扫描这个二维码。
factor-step-type = 扫不了的话，请手动输入：
factor-step-code = 输入手机上显示的 6 位数字
factor-wrong = 验证码不对。请确认手机的时间是准的，再试一次。
factor-done = 两步验证已经开通。
factor-removed = 两步验证已经取消。

sessions = 登录情况
sessions-text = { $others ->
    [0] 没有其他地方登录着这个账号。
   *[other] 另有 { $others } 处登录着这个账号。
}
sessions-end = 结束其他地方的登录
sessions-done = 其他地方的登录都已结束。

last = 最近登录
enabled = 可以登录
disabled = 已停用
account-add = 新建账号
disable = 停用
disable-text = 停用以后，这个账号马上退出，也不能再登录。操作记录会保留，以后还可以恢复。
enable = 恢复使用
enable-text = 恢复以后，这个账号可以用原来的密码登录。
not-oneself = 不能停用或重设自己的账号，请让另一位管理员来做。

audit-text = 一共 { $length } 条。每一条都和前一条连在一起，改动、删除都会被发现。最后一条的校验值：
audit-empty = 还没有记录。
number = 序号
when = 时间
whom = 谁
act = 做了什么
survey = 调查
amount = 数量
reason = 原因
newest = 最新的
older = 更早的
command-line = 命令行
act-staff-added = 新建账号
act-staff-disabled = 停用账号
act-staff-enabled = 恢复账号
act-password-changed = 修改密码
act-second-factor-set = 开通两步验证
act-second-factor-removed = 取消两步验证
act-signed-in = 登录
act-signed-out = 退出
act-sessions-ended = 结束其他登录
act-units-imported = 导入单位
act-survey-added = 新建调查
act-survey-changed = 修改调查
act-weights-confirmed = 确认分值系数
act-survey-opened = 开放调查
act-survey-closed = 关闭调查
act-roster-imported = 导入名单
act-disposition-set = 标注名单情况
act-links-issued = 发放链接
act-links-exported = 导出链接
act-link-reissued = 换发链接
act-link-revoked = 收回链接
act-release-made = 发布结果

forbidden = 您不能打开这个页面
forbidden-text = 您的身份不能做这件事。如果工作需要，请联系管理员。
stale = 这个页面放得太久了
stale-text = 为了安全，请回到上一页刷新一次，再做一遍。什么都没有改动。
not-found = 没有找到
unknown-path-desk = 这里没有页面，请核对网址，或者回到工作台。
not-possible = 现在不能这样做
busy-desk = 现在有点忙
our-fault = 程序出了问题
our-fault-text = 什么都没有改动。请过一会儿再试；如果一直这样，请告诉管理员看日志。

steps = 这次调查的步骤
step-design = 设计
step-roster = 名单
step-links = 链接
state-draft = 草稿
state-open = 进行中
state-closed = 已结束
state-sealed = 已封存
