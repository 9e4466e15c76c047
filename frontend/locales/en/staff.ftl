# The words of the desk: what is the case, then what to do. Chinese is in zh-CN/staff.ftl, under the same keys.

to-content = Skip to the content
menu = Main parts
home = Desk
menu-surveys = Surveys
menu-surveys-text = Questionnaires, rosters and links, from the draft to the archive
menu-units = Units
menu-units-text = City federation, county federations and care institutions
menu-accounts = Accounts
menu-accounts-text = Who may sign in, and do what
menu-audit = Audit log
menu-audit-text = Who did what, and when
account = My account
account-text = Password, second factor, sign-ins
to-desk = To the desk
choose = Please choose
yes = Yes
no = No

role = Role
role-admin = Admin
role-evaluator = Evaluator
role-monitor = County federation
role-clerk = Clerk
unit = Unit
no-unit = Belongs to no unit
unit-help = County federations and clerks need a unit; they see it and what is below it, nothing else.
unit-missing = Please choose the unit this person belongs to.
role-missing = Please choose a role.
state = State

sign-in = Sign in
sign-out = Sign out
name = Name
name-help = 2 to 64 letters, digits or . _ - @
name-wrong = A name has 2 to 64 letters, digits or . _ - @
password = Password
factor-code = Code
factor-code-help = Only if you set up a second factor: 6 digits.
sign-in-wrong = The name, the password or the code is not right. Please try again.
sign-in-wait = Several tries have failed. Please wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
} and try again.

before = Last sign-in: { $time }. If that was not you, change your password now.
before-never = This is your first sign-in.
password-change = Change password
password-now = Password now
password-new = New password
password-again = New password once more
password-help = At least { $least } characters. Long beats complicated; a sentence is fine.
password-short = A password has at least { $least } characters.
password-long = This password is too long: { $most } bytes at most.
password-guessable = This password is easily guessed: it must not hold the name or be one character only.
password-wrong = The password is not right. Please try again.
password-differs = The two new passwords differ. Please type them again.
password-done = The password is changed. All other sign-ins have ended.
password-first = New password
password-first-help = Tell it to the person face to face, to be changed after the first sign-in.
password-reset = Reset password
password-reset-text = Gives this account a new password and ends all its sign-ins.
password-reset-factor-text = Gives this account a new password, removes its second factor and ends all its sign-ins.

factor = Second factor
factor-on = It is set up: signing in takes a code from your phone as well.
factor-off = Not set up. With it, nobody who knows your password can sign in without your phone.
factor-set = Set up a second factor
factor-remove = Remove the second factor
factor-required = Evaluators set up a second factor before they do anything else.
factor-step-scan = Scan this with the authenticator on your phone.
factor-step-type = If that does not work, type:
factor-step-code = Type the 6 digits your phone shows
factor-wrong = The code is not right. Check that your phone’s clock is, and try again.
factor-done = The second factor is set up.
factor-removed = The second factor is removed.

sessions = Sign-ins
sessions-text = { $others ->
    [0] This account is signed in nowhere else.
    [one] This account is signed in at one other place.
   *[other] This account is signed in at { $others } other places.
}
sessions-end = End the other sign-ins
sessions-done = All other sign-ins have ended.

last = Last sign-in
enabled = Enabled
disabled = Disabled
account-add = New account
disable = Disable
disable-text = The account is signed out at once and cannot sign in again. The audit log stays; the account can be enabled again.
enable = Enable
enable-text = The account can sign in again with its password.
not-oneself = Your own account cannot be disabled or reset by yourself: ask another admin.

audit-text = { $length ->
    [one] One row.
   *[other] { $length } rows.
} Each is bound to the one before, so that a change or a gap shows. The head of the log:
audit-empty = Nothing has been noted yet.
number = No.
when = When
whom = Who
act = Act
survey = Survey
amount = Amount
reason = Reason
newest = Newest
older = Older
command-line = Command line
act-staff-added = Account made
act-staff-disabled = Account disabled
act-staff-enabled = Account enabled
act-password-changed = Password changed
act-second-factor-set = Second factor set up
act-second-factor-removed = Second factor removed
act-signed-in = Signed in
act-signed-out = Signed out
act-sessions-ended = Other sign-ins ended
act-units-imported = Units imported
act-survey-added = Survey made
act-survey-changed = Survey changed
act-weights-confirmed = Weights confirmed
act-survey-opened = Survey opened
act-survey-closed = Survey closed
act-roster-imported = Roster imported
act-disposition-set = Roster row marked
act-links-issued = Links issued
act-links-exported = Links exported
act-link-reissued = Link reissued
act-link-revoked = Link revoked
act-release-made = Release made

forbidden = You cannot open this page
forbidden-text = Your role may not do this. If your work needs it, ask an admin.
stale = This page has been open too long
stale-text = Please go back, reload the page and do it again. Nothing was changed.
not-found = Not found
not-possible = Not possible now
busy-desk = A little busy right now
our-fault = Something went wrong on our side
our-fault-text = Nothing was changed. Please try again in a while; if it stays so, an admin should look at the log.

steps = Steps of this survey
step-design = Design
step-roster = Roster
step-links = Links
state-draft = Draft
state-open = Open
state-closed = Closed
state-sealed = Sealed

## Surveys

survey-new = New survey
survey-made = The draft is made. Read it through, and edit it where needed.
survey-copied = The new draft is made; it asks the same.
survey-changed = The draft is saved.
survey-opened = The survey is open: whoever has a link can answer now.
survey-closed = The survey is closed and takes no more answers.
surveys-empty = There is no survey yet. Choose “New survey”: you can begin with an example and make it yours.
questions = Questions
issued = Issued
answered = Answered
newer = Newer
from-example = Begin with the example
from-example-text = Makes a draft with ten questions, to be edited into yours. The easiest way.
from-survey = Begin with an earlier survey
from-survey-text = Open a survey and choose “Copy to a new draft” at its end. Questions, options and weights come along, roster and links do not.
to-surveys = Choose a survey
from-file = Begin with a file
from-file-text = Paste the whole content of a survey file (TOML or JSON) below. The example shows how one is written:
example-file = Download the example
file-content = Content of the file
from-file-do = Make the draft
file-empty = Nothing has been pasted yet. Please paste the whole content of the file.
file-long = This is too long: { $most } KB at most. Is it the right file?
file-wrong = { $count ->
    [one] One thing in the file has
   *[other] { $count } things in the file have
} to be mended. Nothing was saved; what you pasted is below.
mistakes = To be mended
mistakes-more = { $count } more are not listed: mend these first.
row = Row
column = Column
field = Field
mend = How to mend it

survey-edit = Edit
preview = Preview
preview-text = A preview. Try it: nothing is sent.
preview-back = Back to the survey
frozen = This survey cannot be changed any more
frozen-text = Once a survey is open, its questions, options and weights are frozen. To change them, copy it to a new draft.
to-survey = To the survey
about = About it
scale = Options and weights
scale-text = Five of them, from best to worst. A weight lies between 0.00 and 1.00: the share of a question’s points that choosing the option is worth. A weight that is changed has to be confirmed again.
confirmation = Confirmation
confirmed = Confirmed
unconfirmed = Not confirmed
confirm-here = I stand for the five weights above; noted in the audit log when saved
dont-know = “Don’t know”
dont-know-text = Outside the score
dont-know-help = Whoever chooses it is outside the score. Leave both empty to do without.
questions-count = { $count ->
    [one] One question
   *[other] { $count } questions
}
question-no = Question { $no }
option-no = Option { $no }
weight-is = Weight { $weight }.
optional = Need not be answered.
example-score = For example: if of 10 people 6 choose “{ $first }”, 3 “{ $second }” and 1 “{ $fourth }”, in every question, the score is { $score }.
copy = Copy
copy-text = Makes another draft with the same questions, options and weights; this one stays as it is. Roster, links and times are not copied.
copy-do = Copy to a new draft
save = Save
edit-leave = Back without saving
nothing-saved = Nothing is saved yet; what you typed is all here.
errors-in-form = { $count ->
    [one] One field has
   *[other] { $count } fields have
} to be mended.
wrong-field = { $field }: { $advice }
question-add = Add a question
question-up = Move question { $no } up
question-down = Move question { $no } down
question-remove = Remove question { $no }
up = Up
down = Down
remove = Remove

f-title = Title
f-title-help = At the top of the answer page; the shorter the better.
f-table-title = Caption of the table
f-table-title-help = Above the table of the report. Empty: the title.
f-programme = Programme
f-programme-help = The answer page says that this is what it asks about.
f-year = Year
f-organiser = Who asks
f-organiser-help = The organisation, named on the answer page.
f-contact = Whom to call
f-contact-help = For questions, such as a name and a telephone number.
f-purpose = Why
f-purpose-help = One sentence, for those who answer.
f-retention = Days the roster is kept
f-retention-help = So many days after closing, the roster and its contacts are deleted.
f-floor = Fewest people
f-floor-help = With fewer answers than this no result is shown, so that nobody can be guessed.
f-zone = Time zone
f-zone-help = Such as Asia/Shanghai.
f-design = Who is asked
f-measure = Measure for the target
f-measure-help = All three are computed; this one is held against the target.
f-value = Target
f-value-help = From 0 to 100, such as 85.
f-rounding = Rounding
f-code = Code
f-label = Wording
f-option-weight = Weight
f-text = Question
f-easy = In easy words
f-easy-help = May be empty. If not, people can read the question this way.
f-question-weight = Weight
f-required = Must be answered

wrong-questions = A survey has 1 to 100 questions: please add some.
wrong-line = Please fill it in: one line of at most 2000 characters.
wrong-easy = One line of at most 2000 characters, or nothing.
wrong-year = A year from 1990 to 2200, such as 2022.
wrong-days = A whole number from 1 to 3650.
wrong-floor = A whole number from 5 to 10000; never fewer than 5.
wrong-zone = The name of a time zone, such as Asia/Shanghai.
wrong-choice = Please choose one.
wrong-value = A number from 0 to 100, such as 85.
wrong-code = One to eight letters or digits, such as A; no two options have the same.
wrong-weight = A number from 0.00 to 1.00, such as 0.90, with at most three decimals.
wrong-per-mille = A whole number from 0 to 1000; 900 is 0.90.
wrong-question-weight = A whole number from 1 to 1000, usually 1.

design-everyone = Everyone on the roster
design-strata = A sample within every county
design-clusters = A sample of counties, then of people within them
counting = Who is asked, and how it is counted
measure-score = Weighted score
measure-top2 = Share of the two best options
measure-top1 = Share of the best option
rounding-up = Half up
rounding-even = Half to even (GB/T 8170)
target = Target
target-is = { $measure }: at least { $value }
floor-is = Nothing shown below { $least } people
days-after = Deleted { $days ->
    [one] one day
   *[other] { $days } days
} after closing
by-hand = By hand
opens-at = Opens at
closes-at = Closes at
closed-at = Closed

weights-confirm = Confirm weights
weights-missing = Not all weights are confirmed. They decide the score, so somebody has to stand for them before the survey opens.
weights-text = From then on you stand for these five weights, and the audit log says so. They can be changed until the survey opens; what is changed has to be confirmed again.
weights-do = I stand for these weights
weights-change = Change weights
weights-done = The weights are confirmed.
weights-other = Somebody has just changed the weights. Read the new ones, then confirm.

survey-open = Open survey
already-open = This survey has been opened already.
closes-past = The closing time is past. Move it before you open the survey.
what-happens = What happens
open-links = { $count ->
    [one] One link can
   *[other] { $count } links can
} be answered at once.
open-frozen = { $count ->
    [one] The question, all options and weights are
   *[other] The { $count } questions, all options and weights are
} frozen.
open-until = It closes by itself: { $time }.
open-until-closed = It stays open until you close it.
open-no-links = No links are issued yet. You may open the survey first and issue them later.
open-do = Open now
not-opened = It was not opened; see below.

survey-close = Close survey
not-open-now = This survey is not open: there is nothing to close.
close-answered = { $count } of { $issued } links are answered. All answers are kept.
close-expired = { $count ->
    [one] One link that is not answered expires
   *[other] { $count } links that are not answered expire
} at once.
close-kept = The roster and its contacts are deleted { $days ->
    [one] one day
   *[other] { $days } days
} later.
close-final = A survey that is closed cannot be opened again.
close-do = Close now
leave-open = Leave it open
not-closed = It was not closed; see below.

dates = Opening and closing times
dates-move = Move closing time
dates-text = At these times the survey opens and closes by itself. Times are those of { $zone }.
dates-unconfirmed = Not all weights are confirmed: the survey will not open by itself.
dates-frozen = The survey is over; its times cannot be changed any more.
dates-done = The times are saved.
dates-wrong = The times are not saved yet: please mend them.
dates-refused = The survey has just changed its state; the times were not saved. Please look again.
opens-help = Empty: it does not open by itself; you open it.
closes-help = Empty: it does not close by itself; you close it.
wrong-time = Please choose a date and a time, such as 2022-11-05 09:00.
wrong-past = This time has passed: please choose one to come.
wrong-order = The survey has to close after it opens.
too-large = Too long
too-large-text = Nothing was saved. Please go back, shorten it and try again.
act-dates-set = Opening and closing times set
