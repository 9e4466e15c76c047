# The words of the answer page. Short sentences; never "error" or "failed" alone: what is the case, then
# what to do. Chinese is in zh-CN/answer.ftl under the same keys.

date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

## Start

lead = { $organiser } asks you { $questions ->
    [one] one question
   *[other] { $questions } questions
}. That takes about { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}; there is no time limit.
lead-free = It is anonymous, and you need not take part. If you do not, your subsidy and your care stay the same.
notice = Before you answer, please read this
notice-who = Who is asking
notice-who-text = { $organiser }, about: { $programme }.
notice-free = Your choice
notice-free-text = Choose what you think; there is no right or wrong. You need not take part: your subsidy and your care stay the same.
notice-anonymous = What anonymous means
notice-anonymous-text = Your answers carry no name, no phone number and no time. Once the survey is sealed, nobody can tell which are yours. Before that, the technicians who run the database might still be able to.
notice-kept = What is kept
notice-kept-text = Four things, for counting: the answers, who gave them, the county or care institution, and whether they came online or on paper.
notice-phone = On this phone
notice-phone-text = Until you send them, your choices are only on this phone, for 24 hours at most. Once they are sent, they are deleted from it; only how many people have answered on it is remembered until the end of the day, and told along, so that one person answering for many shows.
notice-days = For how long
notice-days-text = The list of names and contacts is deleted { $days ->
    [one] one day
   *[other] { $days } days
} after the survey ends. The anonymous answers are kept for statistics.
notice-final = Sent is sent
notice-final-text = Your answers are put together with everybody else’s. We cannot find yours again, so they cannot be changed or taken back.
notice-contact = Whom to ask
consent-start = By pressing “Start” you say that you have read this and agree that we use your answers in this way.
consent-submit = By pressing the button below you say that you have read the notice and agree that we use your answers in this way.
start = Start

## Questions

who = Who is answering?
who-small = First of all
self = Myself
helped-by-family = Myself, with my family’s help
helped-by-staff = Myself, with help from the staff
guardian = The guardian, in my place
progress = Question { $no } of { $total }
progress-optional = Question { $no } of { $total } (optional)
easy = In easy words
skip = No answer to this question
next = Next
back = Previous
to-start = Back
to-review = Check
listen = Read aloud
silence = Stop reading
to-easy = Easy words
to-official = Official words

## Check and send

review = Please check your answers
review-text = Press a question to change it. If all is right, press “Send”.
change = Change
unanswered = Not answered
submit = Send
sending = Sending…
sending-text = One moment, please.
offline = The network is gone. Your choices are saved on this phone and will be sent by themselves once it is back.
offline-unsaved = The network is gone. Your choices are still on this page. Please keep it open; they will be sent by themselves once it is back.
busy = Many people are sending right now. Your choices are all here and will be sent again by themselves in a few seconds.
away = We cannot be reached for the moment. Your choices are all here and will be sent again by themselves in a while.
unsure = Your answers may have arrived already, or not. Sending them again does not count them twice.
keep-open = Please keep this page open.
retry = Try again now
waiting = Waiting to send
waiting-later = You may also close this page. Open the link again within 24 hours and sending goes on.
decline-away = We cannot be reached for the moment, so we do not know whether this is noted. Please press again in a while; it will not count twice.

## Go on, clear

resume = Welcome back
resume-text = The answers you chose last time are still on this phone. They are not sent. You can go on.
continue = Go on
clear = Clear, next person
clear-heading = Clear these answers that are not sent?
clear-text = The answers chosen on this phone will be deleted. Then another person’s code can be typed; your own link can be opened again later to start anew.

## Not taking part

decline = I do not take part
decline-heading = You do not want to take part?
decline-text = That is all right. Your subsidy and your care stay the same, and we will not remind you again.
decline-confirm = I do not take part
declined = All right, you are not taking part
declined-text = Your subsidy and your care stay the same, and we will not remind you again.
declined-undo-text = If you change your mind, press the button below at any time before the survey ends.
undo = I want to take part

## Received

thanks = Thank you, your answers have arrived
thanks-text = They are noted. There is nothing more to do.
thanks-before = Your link’s answers have arrived and count once. If they were sent more than once, the first ones count; there is nothing more to do.
receipt-text = Below is a receipt. It only proves that answers arrived and says nothing about them. Write it down if you like.
receipt = Your receipt
next-person = Next person: type a code

## Something is missing

errors = { $count ->
    [one] One place needs another look
   *[other] { $count } places need another look
}
errors-kept = What you have chosen is all still here.
errors-title = Please complete: { $title }
error-question = Question { $no }: { $problem }
error-respondent = Who is answering: { $problem }
error-missing = Please choose an answer
error-option = There is no such answer, please choose again
error-repeated = More than one is chosen, please choose one
error-question-unknown = There is no such question

## Typing a code

code-title = Type your code
code = Please type your code
code-help = 20 letters and digits, printed on the notice you got. Capital or small letters, with or without hyphens.
code-wrong = This does not look like a code. Please check it: 20 characters, letters and digits only.
code-open = Open

## Other states

not-open = The survey has not started yet
not-open-text = Please open this link again in a few days.
not-open-before = It starts on { $date }. Please open this link again then.
closed = This survey has ended
closed-text = Thank you for your interest. Answers can no longer be sent.
closed-on = The survey ended on { $date }. Answers can no longer be sent. Thank you for your interest.
revoked = This link is no longer in use
revoked-text = This link was taken back and can no longer be used.
replaced = You have a new link
replaced-text = This old link was replaced. Please use the one you got most recently.
refused-declined = You chose not to take part
refused-declined-text = If you change your mind, open the link again and press “I want to take part”.
refused-submitted = Your answers have arrived
refused-submitted-text = They were put together with everybody else’s and cannot be found again, so they cannot be taken back.
ask = If you have questions: { $contact }
unknown-link = We did not find this questionnaire
unknown-link-text = Please check the link or the code, or type it again. If its survey is over and sealed, the link does not exist any more.
unknown-path = There is no such page
unknown-path-text = Please check the address, or type your code.
busy-page = There are many people here right now
busy-page-text = It is not certain yet that your answers have arrived. Your choices are all still here: wait a few seconds and press the button below once more. They are not counted twice.
busy-act-text = This is not done yet. Please wait a few seconds and press the button below once more.
busy-look-text = Please wait a few seconds and open this page again.
request-number = If you call for help, you can give this number:
again = Try again
again-submit = Send again
unreadable = These answers could not be read
unreadable-text = Please go back one page and press “Send” once more.
