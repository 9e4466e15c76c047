# 进度：发放和回收的数量。只有数量，没有答案，也没有人名。

step-progress = 进度
home-watch = 正在进行和已经结束的调查
home-watch-empty = 您的单位还没有调查的链接。发放以后，这里能看到进度。
units-together = 全部单位

count-issued = 发放
count-waiting = 未开始
count-started = 已开始
count-submitted = 已提交
count-declined = 不参加
count-revoked = 链接收回
count-expired = 已过期
count-today = 今天
count-rate = 回收率
count-rr1 = RR1
count-rr2 = RR2
late = 落后
late-by = 比计划少 { $count } 份
part-own = 本单位直接发放
part-joined = 其他 { $count } 处合计

orders = 排序
order-call = 要联系的在前
order-rate = 回收率高的在前
order-today = 今天多的在前
order-issued = 发放多的在前
order-code = 按代码
parts = 下级单位
way = 上级单位
export-csv-short = 下载 CSV

live-then = 这是 { $time } 的数字，刷新页面看最新的。
live-now = 数字自动更新，最近一次
live-off = 自动更新断开了，正在重试，也可以刷新页面。上次更新
live-order = 先后顺序有变化
live-sort = 重新排序

curve = 每天提交
curve-most = 最高一格：{ $count } 份
curve-plan = 虚线是计划：每天 { $count } 份
curve-text = { $first }到{ $last }每天提交的份数，最多一天 { $most } 份；具体数字见下表。
day = 日期
day-count = 当天
day-sum = 累计
day-planned = 计划累计
day-earlier = 更早

note-small = 您的范围内链接不到 { $floor } 条，为了不让人猜出是谁，只显示发放数。
note-joined = 链接不到 { $floor } 条的单位合成一行，不单独列出，也不能点开，免得看出某一个人有没有答。
note-empty = 另有 { $count } 个单位没有发放链接，没有列出。
note-late = 落后：从开放到关闭按每天一样多计算，提交数不到计划的八成，并且至少少 3 份。这样的单位排在前面，请先联系。
note-no-plan = 没有在进行的计划（调查没有开放，或者没有设关闭时间），所以按回收率从低到高排。
note-rate = 回收率 ＝ 已提交 ÷ 发放。
note-rr = RR1、RR2 是国际通用的应答率（AAPOR）：已提交 ÷（发放 － 链接收回 － 开放以前就不在调查范围的人）。这份问卷每题必答，两者相同。
note-rr-optional = RR2 是国际通用的应答率（AAPOR）：已提交 ÷（发放 － 链接收回 － 开放以前就不在调查范围的人）。RR1 只算答得完整的，要看答案才知道；进度不看答案，所以这里不列 RR1。
note-privacy = 这里只有数量，没有分数，没有答案，也没有人名。
missing-progress = 这里没有进度可看：没有这次调查或这个单位，或者它不归您看。
