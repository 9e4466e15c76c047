# 接口密钥：别的程序凭它读取、报送。英文在 en/keys.ftl，键名相同。

menu-keys = 接口密钥
menu-keys-text = 哪些程序可以读取结果、报送名单
to-keys = 回到密钥列表
keys-what = 别的程序（例如考核系统、业务系统）凭密钥读取结果、报送名单，不用登录。每个密钥只能做列出的事，到期自动失效。
keys-empty = 还没有密钥。有程序要接入时，请给它建一个。
keys-empty-here = 还没有密钥。密钥由评价人员建立。
key-name = 密钥名称
key-name-help = 写明给哪个程序用，例如“考核系统”。2 到 64 个字。
key-account = 属于谁
key-opens = 可以做什么
key-and = { $one }；{ $other }
key-opens-help = 只选这个程序用得到的。灰字是接口文档里的名称。
key-expires = 最后有效日
key-expires-help = 最长两年。到这一天结束为止（按世界协调时，即北京时间第二天早上 8 点）。
key-used = 最近使用
key-unit = 限定单位
key-unit-all = 所有单位
key-unit-below = { $unit } 及下级
key-unit-help = 限定以后，只能涉及这个单位和它的下级，也只能选注明“可限定单位”的几项。
key-fits-unit = 可限定单位
key-works = 可用
key-idle = 账号已停用
key-expired = 已过期
key-revoked = 已撤销

key-new = 新建密钥
key-new-text = 密钥属于您：程序用它做的事，都算在您名下。您的账号停用后，密钥也就不能用了。
key-make = 建立密钥
key-made = 密钥已经建好
key-once = 密钥只显示这一次，离开这个页面就再也看不到了。请现在复制，存到要用它的程序里，不要用聊天软件发送。
key-copy = 复制
key-copied = 已复制
key-try = 试一试
key-try-text = 在一台电脑的命令行里输入下面这一行，能看到数据就说明密钥可用。
key-header-text = 程序发出的每个请求都要带上这一行。
key-kept = 已经存好，回到列表

key-revoke = 撤销密钥
key-revoke-text = 撤销以后，用这个密钥的程序马上连不上，而且不能恢复。以后需要时，请新建一个。
key-revoke-do = 撤销这个密钥
key-revoked-done = 密钥已经撤销。
key-of-another = 这个密钥属于别人。只有本人和管理员可以撤销。

key-about-results = 进度和结果
key-about-scorecards = 评价指标
key-about-people = 单位、名单和链接
key-about-surveys = 调查和操作记录
scope-surveys-read = 查看调查和问卷
scope-surveys-write = 建立、修改、开放和关闭调查
scope-units-read = 查看单位
scope-units-write = 导入单位
scope-rosters-write = 补充名单（看不到名单）
scope-links-issue = 发放链接（会得到每个人的链接）
scope-links-read = 查看链接的情况
scope-progress-read = 查看进度
scope-results-read = 查看和下载结果
scope-results-release = 发布结果
scope-scorecards-read = 查看评价指标得分
scope-scorecards-write = 填报评价指标
scope-audit-read = 查看操作记录
scope-seal = 封存调查（不能撤销）

act-key-added = 新建接口密钥
act-key-revoked = 撤销接口密钥
audit-key = 接口密钥 { $name }（{ $account }）

missing-key = 没有这个密钥。
key-name-wrong = 密钥名称要有 2 到 64 个字。
key-name-taken = 已经有名为“{ $name }”的密钥。如果是您刚建的，列表里就能看到；否则请换一个名称。
key-scopeless = 请选择密钥可以做什么，至少选一项。
key-too-wide = 限定了单位的密钥，只能选注明“可限定单位”的几项。请去掉别的，或者改选“所有单位”。
key-expiry-wrong = 最后有效日不能早于今天，也不能晚于两年以后。
key-account-wrong = 密钥只能属于在用的评价人员账号，“{ $name }”不是。
key-too-many = 同时可用的密钥最多 { $most } 个。请先撤销不再需要的密钥。
key-in-use = 有程序正在用同一个请求标识办理这件事，请稍后再问。
