# 封存：把一次结束了的调查永远变成匿名的

step-seal = 归档
seal-title = 封存归档
seal-what = 封存以后，再没有任何记录能把一份答案和某条链接、某个人对上，管理数据库的人也不例外。封存不能撤销。
seal-gone = 永远消失的
seal-gone-links = { $count } 条链接，以及每条链接给了谁、有没有用过。打开这些链接，会看到“没有找到这份答卷”。
seal-gone-people = 名单：全部人员编号、姓名、电话、邮箱，以及名单情况、提醒和填答情况的提示。
seal-gone-acts = 从此不能再作废或恢复答卷、发布结果、导出答卷数据或链接、查看某个人的链接。
seal-stays = 留下来的
seal-stays-answers = { $count } 份答案，按随机的顺序、用新的编号重写一遍。人数不足 { $least } 人的单位，答案并到上级单位名下。
seal-stays-results = 已经发布的结果，一个字也不变，随时可以重新核对。
seal-stays-counts = 各单位每天发放和回收的数目，抽样用的随机数和人数，操作记录。
seal-stays-receipts = 所有回执号排好顺序公开，谁都可以核对自己的答案收到了；回执号不能说明答了什么。
seal-outside = 程序删不掉、要请您销毁的
seal-outside-text = 封存之前的数据库备份和拷贝、预写日志（WAL）的归档、磁盘快照、备用库，还有导出过的链接名单，程序删不掉。谁做的、谁保管，就请谁在封存后销毁；不销毁，那里面的答案就不是匿名的。
seal-backups = 封存以前，这个程序自己做过下面这些备份和拷贝，也请您销毁；已经不在了的，不用管。
seal-backup-backup = 备份，{ $at }：
seal-backup-copy = 试用的拷贝，{ $at }：
seal-backup-moved = 搬到这里以前的旧数据库，{ $at }：
seal-no-backups = 这个程序自己没有做过备份。
seal-two = 要两位评价人员：一位申请，另一位同意。同意以后，程序马上开始封存；数据很多时，其他调查可能有几分钟请人稍后再试，不会丢失答案。
seal-due = 这次调查结束已经超过 { $days } 天，还没有封存。结果定了以后，请申请封存：封存以后，没有人能把答案和个人联系起来。
seal-due-list = 结束很久、还没有封存的调查：
seal-waits = 有人申请封存这次调查，要等另一位评价人员同意。
seal-ask = 申请封存
seal-consent = 同意封存，不能撤销
seal-withdraw = 撤回申请
seal-leave = 先不封存
seal-mine = 您在 { $at } 申请了封存。请另一位评价人员打开这一页并同意；到 { $until } 没有人同意，申请就失效。
seal-theirs = { $name } 在 { $at } 申请封存这次调查，等您同意。到 { $until } 没有人同意，申请就失效。
seal-running = { $name } 在 { $at } 同意了封存，程序正在进行。可以关上这一页，不会中断。
seal-look = 再看一次
seal-over = 这次调查在 { $at } 封存了。
seal-over-who = 申请：{ $asked }；同意：{ $consented }。
seal-over-refused = 数据库没有允许程序做这些：{ $what }。请数据库管理员补做，做法见文档 sealing.md。
seal-receipts = 公开的回执号
seal-results = 查看结果
seal-consented-done = 已经同意封存。
seal-withdrawn-done = 申请已经撤回。
seal-sealed-here = 这次调查已经封存：名单和链接都没有了，各单位的数目和结果还在。

seal-not-closed = { $state ->
    [sealed] 这次调查已经封存。
   *[other] 调查关闭以后才能封存。
 }
seal-no-release = 请先发布结果：封存以后不能再发布。
seal-new-voids = 上次发布结果以后，又作废或恢复过答卷。请先再发布一次：封存以后不能再发布。
seal-same-person = 申请的人不能自己同意，请另一位评价人员来同意。
seal-not-asked = 没有人申请封存这次调查，或者申请已经失效。
seal-begun = 这次调查正在封存：什么都不能再改，也不能再拿出去。
seal-done = 这次调查已经封存。

act-seal-asked = 申请封存
act-seal-withdrawn = 撤回封存申请
act-seal-consented = 同意封存
act-survey-sealed = 封存调查
act-backed-up = 备份数据库
act-database-copied = 复制整个数据库试用
act-database-moved = 数据库搬到别处
act-move-undone = 放弃搬迁，继续用原来的数据库
act-secret-rotated = 更换服务器密钥

# 公开的回执号
receipts-of = { $title }：回执号
receipts-what = 这次调查已经结束并封存。每份收到的答案有一个回执号，全部 { $count } 个都在这里，按顺序排好。它只说明答案收到了，不说明是谁的、答了什么。
receipts-find = 您的回执号
receipts-find-help = 只在您的手机或电脑上查找，不会发送出去。
receipts-part = 您的回执号的前两位
receipts-part-help = 回执号很多，分开放。只发送这两位，然后在那一页里查找。
receipts-part-do = 打开
receipts-look = 查找
receipts-found = 找到了：您的答案收到了。
receipts-not-found = 这里没有这个回执号。请核对一下，一共 20 个字母和数字。
receipts-begin = 以 { $part } 开头的回执号，共 { $count } 个
receipts-all = 全部回执号（文本文件）
