# Messages
message-invitation-subject = A short questionnaire for you
message-reminder-subject = The questionnaire still waits for you
message-invitation = { $organiser } would like to hear your opinion. Please fill in a questionnaire:
message-reminder = { $organiser } would like to hear your opinion. The questionnaire still waits for you:
message-until = Please do so before { $time }.
message-free = Whether you do or not changes nothing about your allowance and your services.
message-decline = If you do not want to take part, open the link and choose “I will not take part”; you will not be reminded again.
message-call = Questions? { $contact }

# Invitations and reminders
reminders = Invitations and reminders
reminders-card-text = Send the links to phones or by e-mail, and remind those who have not answered.
reminders-open = Invite and remind
reminders-now = What can be sent now
reminders-waiting = Not answered yet
reminders-to-invite = Not invited yet, can be reached
reminders-to-remind = Can be reminded
reminders-who = Only those get a message who have not answered: who never opened the link, or opened it and sent nothing. Whoever has answered, has declined or is out of the survey gets none.
invitation = Invitation
reminder = Reminder
invitation-do = Send invitations
reminder-do = Send reminders
invitation-send = { $count ->
    [one] Send the invitation to this one person
   *[other] Send the invitation to these { $count } people
}
reminder-send = { $count ->
    [one] Send the reminder to this one person
   *[other] Send the reminder to these { $count } people
}
hindrance-not-open = Messages go out while the survey is open, not before and not after.
hindrance-no-channel = Neither an SMS platform nor e-mail is set up: see below.
hindrance-under-way = The last sending is not done yet. Wait for it, or end it, before you begin the next.
hindrance-too-soon = The last message is fresh. You can remind again after { $time }.
hindrance-enough = Everybody was reminded { $count } times: that is enough.
hindrance-no-invitation = Nobody is left to invite: all were invited, have answered, or have neither phone nor e-mail.
hindrance-no-reminder = Nobody is left to remind: all have answered, or have neither phone nor e-mail.

send-people = { $count ->
    [one] One person gets one message.
   *[other] { $count } people get one message each.
}
send-hours-now = It begins at once. Messages go out between { $hours } only; what is left goes on the next day.
send-hours-later = It is too early or too late to disturb anybody: it begins by itself between { $hours }, and goes on the next day.
send-pace = { $count ->
    [one] At most one message a minute.
   *[other] At most { $count } messages a minute.
}
send-checked = Before each message the link is looked at again: who has answered or declined by then gets none.
send-apart = The next reminder is possible after { $days } days; a survey reminds { $most } times at most.
send-back = Not now

sending-now = On its way
sending-going = { $sent } of { $planned } messages have arrived.
sending-asleep = Nobody is disturbed at this time: it goes on between { $hours }.
sending-paused = It is paused.
sending-held = The other side refuses our messages, so it was paused. Check the address and the secret, mend them, and press “Continue”. No message is lost.
sending-stuck = { $count ->
    [one] One message was tried, has not arrived and will be tried again: { $trouble }.
   *[other] { $count } messages were tried, have not arrived and will be tried again: { $trouble }.
}
trouble-none = no reply yet
trouble-status = the other side answered { $status }
trouble-slow = the other side took too long
trouble-unreachable = the other side cannot be reached
trouble-untrusted = the certificate of the other side cannot be trusted
sending-pause = Pause
sending-continue = Continue
sending-stop = End it
sending-stop-text = What has not arrived is never sent; this cannot be undone.
sending-begun-done = It has begun.
sending-steered-done = Done.
sending-changed = Something has changed in this moment: please look again.

sendings = What was sent, in messages
sendings-none = Nothing was sent yet.
sending-kind = Kind
sending-begun = Begun
sending-planned = Planned
sending-sent = Arrived
sending-refused = Undeliverable
sending-needless = Not needed
sending-state = State
sending-state-running = Going out
sending-state-paused = Paused
sending-state-ended = Done
sending-state-stopped = Ended early
sendings-note = “Undeliverable” are numbers and addresses that do not exist. “Not needed” are those who had answered or declined before it was their turn, or who were left when it was ended. It is only a number; nobody is written down.

channels = How they are sent
channel-webhook = SMS platform
channel-email = E-mail
channel-on = Set up
channel-off = Not set up
channel-hours = Hours
channel-pace = Messages a minute, at most
channel-help = Who has a phone is reached by the SMS platform, who has only an e-mail address by e-mail. Whoever runs the server sets them up with FIVEPOINT_WEBHOOK_URL and FIVEPOINT_SMTP_URL: see docs/reminders.md.
preview-message = What people get
preview-message-text = The end of the link is another for everybody.

export-who = Who
export-who-all = All links
export-who-unanswered = Only those who have not answered
export-unanswered-help = Those who have not answered can be exported while the survey is open. Who has declined is not among them. It is an entry of its own in the audit log.
export-unanswered-closed = The survey is not open: those who have not answered cannot be exported.

person-email = Email
fault-no-email = This is no e-mail address: correct it, or leave it empty.
act-unanswered-exported = List of those who have not answered exported
act-sending-begun = Invitation or reminder begun
act-sending-paused = Sending paused
act-sending-continued = Sending continued
act-sending-stopped = Sending ended early
refused-send = There is nothing that can be sent now. Please reload the page and look again.
refused-sending = The sending has just changed. Please reload the page and look again.
