# 消息
message-invitation-subject = 请您填一份问卷
message-reminder-subject = 问卷还在等您
message-invitation = { $organiser }想听听您的意见，请您填一份问卷：
message-reminder = { $organiser }想听听您的意见，问卷还在等您：
message-until = 请在 { $time } 以前填。
message-free = 填不填都不影响您的补助和服务。
message-decline = 不想参加，就打开链接，点“我不参加”，以后不再提醒您。
message-call = 有问题请找：{ $contact }

# 邀请与提醒
reminders = 邀请与提醒
reminders-card-text = 把链接发到手机或者邮箱，还没有回答的再提醒。
reminders-open = 去发邀请和提醒
reminders-now = 现在可以发
reminders-waiting = 还没有回答
reminders-to-invite = 没有邀请过，能收到
reminders-to-remind = 能收到提醒
reminders-who = 只发给还没有回答的人：没有打开过的，和打开了还没有交的。已经回答的、选了“我不参加”的、不在调查范围内的，都不会收到。
invitation = 邀请
reminder = 提醒
invitation-do = 发邀请
reminder-do = 发提醒
invitation-send = { $count ->
   *[other] 把邀请发给这 { $count } 人
}
reminder-send = { $count ->
   *[other] 把提醒发给这 { $count } 人
}
hindrance-not-open = 调查开放以后才能发，关闭以后就不再发。
hindrance-no-channel = 还没有接上短信平台，也没有接上邮箱，请看下面。
hindrance-under-way = 上一批还没有发完。等它发完，或者先结束它，再发下一批。
hindrance-too-soon = 刚刚发过，先不打扰。{ $time } 以后可以再提醒。
hindrance-enough = 已经提醒过 { $count } 次，不再提醒了。
hindrance-no-invitation = 没有要邀请的人：都邀请过、都回答了，或者没有手机和邮箱。
hindrance-no-reminder = 没有要提醒的人：都回答了，或者没有手机和邮箱。

send-people = { $count ->
   *[other] 一共 { $count } 人，每人一条。
}
send-hours-now = 马上开始。只在每天 { $hours } 发，没发完的第二天接着发。
send-hours-later = 现在太早或者太晚，不打扰。到 { $hours } 这段时间自动开始，没发完的第二天接着发。
send-pace = { $count ->
   *[other] 每分钟最多 { $count } 条。
}
send-checked = 每发一条以前，都再看一次：这时已经回答的、不参加的，就不发了。
send-apart = 以后至少隔 { $days } 天才能再提醒；一份调查最多提醒 { $most } 次。
send-back = 先不发

sending-now = 正在发
sending-going = 应发 { $planned } 条，已经送到 { $sent } 条。
sending-asleep = 现在不是发消息的时间，到 { $hours } 接着发。
sending-paused = 已经暂停。
sending-held = 对方拒收，已经自动暂停。请检查地址和密钥，改好以后点“继续”。一条也不会丢。
sending-stuck = { $count ->
   *[other] 有 { $count } 条发过，还没有送到，会再发：{ $trouble }。
}
trouble-none = 正在等回音
trouble-status = 对方回答 { $status }
trouble-slow = 对方太慢，没有等到回音
trouble-unreachable = 连不上对方
trouble-untrusted = 对方的证书不可信
sending-pause = 暂停
sending-continue = 继续
sending-stop = 结束这一批
sending-stop-text = 没有送到的就不再发了，不能恢复。
sending-begun-done = 已经开始。
sending-steered-done = 已经照办。
sending-changed = 情况刚刚变了，请看一遍再试。

sendings = 发过的消息
sendings-none = 还没有发过。
sending-kind = 种类
sending-begun = 开始时间
sending-planned = 应发（条）
sending-sent = 送到（条）
sending-refused = 无法送达（条）
sending-needless = 不用再发（条）
sending-state = 情况
sending-state-running = 正在发
sending-state-paused = 暂停
sending-state-ended = 发完了
sending-state-stopped = 提前结束
sendings-note = “无法送达”是号码或邮箱不存在的。“不用再发”是轮到之前已经回答、不参加，或者提前结束的，只有数，不记是谁。

channels = 怎样发出去
channel-webhook = 短信平台
channel-email = 邮箱
channel-on = 已经接上
channel-off = 没有接上
channel-hours = 发送时间
channel-pace = 每分钟最多（条）
channel-help = 有手机号的走短信平台，没有手机号、有邮箱的走邮箱。管理服务器的人用 FIVEPOINT_WEBHOOK_URL、FIVEPOINT_SMTP_URL 这些设置接上，写法见 docs/reminders.md。
preview-message = 收到的是这样
preview-message-text = 最后一段链接每个人都不一样。

export-who = 哪些人
export-who-all = 全部链接
export-who-unanswered = 只要还没有回答的
export-unanswered-help = “还没有回答的”只在调查开放时能导出，不含选了“我不参加”的人，会单独记入操作记录。
export-unanswered-closed = 调查没有开放，不能导出还没有回答的名单。

person-email = 邮箱
fault-no-email = 这不是邮箱地址，请改正，也可以留空。
act-unanswered-exported = 导出还没有回答的名单
act-sending-begun = 开始发邀请或提醒
act-sending-paused = 暂停发送
act-sending-continued = 继续发送
act-sending-stopped = 提前结束发送
refused-send = 现在没有可以发送的，请刷新页面再看一看。
refused-sending = 发送的情况刚才有变化，请刷新页面再看一看。
