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
unknown-path-desk = There is no page here. Check the address, or go to the desk.
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

## Units and rosters
act-contacts-deleted = Names and contacts deleted
by-itself = By itself, when due
go-back = Back
total = Total
pages = Pages
page-before = Previous
page-after = Next
page-of = Page { $page } of { $all }
template = Download the template

upload = Import a table
upload-file = File
upload-help = An Excel workbook (.xlsx, its first sheet) or a CSV, 20 MB at most. It is checked and shown to you first; nothing is imported before you say so.
upload-check = Check the file
upload-again = Choose the corrected file
upload-none = No file was chosen, or it is empty. Please choose one and try again.
upload-large = The file is larger than 20 MB and was not taken. Please split it and import the parts.
upload-unpacked = This workbook is too large. Please split it, or save the sheet as CSV.
upload-broken = The file did not arrive whole; perhaps the network broke. Please try again.
upload-old = This is a workbook of the old kind (.xls). Please open it, save it as .xlsx or CSV, and try again.
upload-unreadable = This workbook cannot be opened; it may have a password or be damaged. Please save it again, or save the sheet as CSV.
upload-gone = The file you checked is not here any more: it is kept for an hour, or it was imported already. Please look below, and choose it again if need be.
preview-first = First rows
import-not = Do not import

faults = The file needs some changes
faults-text = { $all ->
    [one] There is one mistake.
   *[other] There are { $all } mistakes.
} Nothing was imported. Please correct the table and import it again.
faults-more = { $more } more are not listed. Correct these first; most of the rest will have the same reason.
fault-row = Row
fault-column = Column
fault-field = Field
fault-message = How to mend it
fault-missing = This cell is empty: please fill it in.
fault-long = Too long: at most { $most } characters.
fault-code = Code “{ $text }”: use letters, digits, “-”, “_” and “.” only.
fault-no-parent = There is no unit “{ $text }”: add it, or correct the code.
fault-no-unit = There is no unit “{ $text }”: import the units first, or correct the code.
fault-circle = “{ $text }” would stand above itself: correct the parent’s code.
fault-code-again = Code “{ $text }” stands in row { $row } already.
fault-person-again = The same unit and ref stand in row { $row } already.
fault-nobody = There is nobody in this table.
fault-no-header = The file is empty: its first row names the columns.
fault-unknown-column = Unknown column; the template has { $text }.
fault-column-again = This column stands here twice.
fault-no-column = The column { $text } is missing: please start from the template.
fault-wide = Too many columns: at most { $most }.
fault-beyond = This row has more cells than the first one has columns. Is a comma missing its quotes?
fault-unreadable = Unreadable characters: save the file as “CSV UTF-8”.
fault-control = A cell cannot hold line breaks or invisible characters.
fault-formula = The formula in this cell gives an error: correct it, or type the value.
fault-rounded = The number is so long that Excel has rounded it: format the column as text and type it again.

unit-code = Code
unit-name = Name
unit-parent = Parent
unit-level = Level
unit-new = New
unit-changed = Changed
units-empty = There are no units yet. Download the template, fill in the city federation, the counties and the institutions, and import it below.
units-all = { $all ->
    [one] One unit.
   *[other] { $all } units.
}
units-as-tree = As a tree
units-help = One unit a row: code, name, the parent’s code (none at the top), level.
units-preview = Checked, not imported yet
units-plan = { $added } new, { $changed } changed, { $same } as they are now.
units-import = { $all ->
    [one] Import this unit
   *[other] Import these { $all } units
}
units-done = Imported: { $added } new, { $changed } changed.

person-ref = Ref
person-name = Name
person-phone = Phone
person-link = Link
known = Known
known-nothing = Nothing
known-ineligible = Moved away or died
known-non-contact = Not reached
known-save = Save
known-of = What is known of number { $number }
known-save-of = Save what is known of number { $number }
roster-no-units = There are no units yet. Import them under “Units” first.
roster-empty = The roster is empty. Download the template, fill in the recipients, and import it below.
roster-nobody = This survey has no roster.
roster-by-unit = By unit
roster-people = People
roster-issued = With a link
roster-everybody = Everybody
roster-all-units = All units
roster-help = One recipient a row: the unit’s code is needed; ref, name, phone and email are not. A ref keeps somebody from being added twice.
roster-preview = Checked, not imported yet
roster-plan = { $added } new, { $known } on the roster already, who stay as they are.
roster-without-ref = { $people } without a ref: importing the same file again would add them again.
roster-import = { $added ->
    [one] Import this person
   *[other] Import these { $added } people
}
roster-done = Imported: { $added } new, { $known } on the roster already.
roster-long = A file holds at most 200 000 people. Please split it and import the parts.
roster-closed = This survey is closed: its roster cannot be changed any more.
deletion-days = Refs, names, phones and emails are deleted { $days } days after the survey is closed.
deletion-date = Refs, names, phones and emails are deleted on { $date }.
deletion-done = Refs, names, phones and emails were kept until { $date } and are deleted by themselves.
## Links

act-sample-drawn = Sample drawn
issue = Issue links
issue-text = Every recipient gets a link of their own. All links begin to work in the same moment; before that nobody sees any.
issue-do = { $count ->
    [one] Issue 1 link
   *[other] Issue { $count } links
}
issue-nobody = Everybody who is to get a link has one.
issue-running = Links are being issued. Please wait a moment.
issue-closed = This survey is closed: its links cannot be issued, replaced or taken back any more.
issue-no-roster = There is nobody on the roster yet. Please import a roster first.
links-everyone = On the roster
links-ineligible = Out of the base
links-drawn = Drawn
links-issued = Links issued
links-to-issue = Waiting for a link

run = Issuing
run-going = { $written } of { $total } written
run-meanwhile = You can leave this page, issuing goes on. Other surveys are answered meanwhile.
run-cancel = Stop
run-cancel-text = If you stop, not one link of this run is kept.
run-done = { $issued ->
    [one] 1 link was issued.
   *[other] { $issued } links were issued.
}
run-known = { $known ->
    [one] 1 person had a link before and got no second one.
   *[other] { $known } people had a link before and got no second one.
}
run-cancelled = This run was stopped and left no link. Issue again when you want to.
run-taken-over = Another run began later and took over: this one stopped and left no link.
run-failed = This run failed and left no link. Please try again in a while; if it stays so, an admin should look at the log.
run-left = The last run did not finish (the program may have been restarted). Nobody sees any of its links. Please issue again; if links are being issued elsewhere, wait for that to end.
run-took-over = An earlier run had not ended. This one took over, and the earlier one left no link.
run-clear = Clear away what was not finished

draw = Draw the sample
draw-first = This survey asks a sample. Draw it first, then issue links to those who were drawn.
draw-see = See how the sample is drawn
draw-everyone = This survey asks everybody on the roster: there is no sample to draw. To ask a sample, change the survey’s design.
draw-how = How many
draw-counties = How many counties
draw-counties-help = Of { $all } counties at least 30 %, which is { $fewest }.
draw-margin = Margin of error (percentage points)
draw-margin-help = 0.5 to 20, with at most one decimal. Usual is 5, at 95 % confidence.
draw-margin-empty = Left empty, everybody in the drawn counties is asked.
draw-count = Work out the sizes
draw-sizes = People in each county
draw-formula = Worked out for each county by itself, at 95 % confidence, within { $margin } percentage points:
draw-all-in = Everybody in the drawn counties is asked.
draw-some = { $counties } of { $all } counties are drawn; the table shows how many are asked in each if it is one of them.
draw-unit = County
draw-total = Total
slips-many = At most { $most } slips are printed at once. For more people, export the list and print in parts.
draw-too-late = Links are issued already: no sample can be drawn any more.
draw-once = A survey’s sample is drawn once. The program makes the random seed, shows it and writes it down, so that anybody can draw again and compare.
draw-do = Draw now
draw-wrong = Please check the numbers: the margin is 0.5 to 20 with at most one decimal, and at least 30 % of the counties are drawn.
draw-done = The sample is drawn
draw-seed = Random seed:
draw-repeat = To check it: take the SHA-256 of this text for every person; in each county the n smallest are drawn.
draw-repeat-unit = COUNTY
draw-repeat-number = ROSTER-NUMBER
draw-repeat-counties = Counties are drawn in the same way, by:
draw-next = Go on to issue links
draw-back = Back to the links

reason-why = Why it is needed
reason-help = Goes into the audit log. Please name no recipient.
reason-missing = Please say why it is needed, in 1 to 200 characters.
export = Export the list of links
export-text = The list holds names, phones and links, and whoever has a link can answer. Give it only to whoever sends them out, and delete it afterwards.
export-format = Format
export-xlsx = Excel workbook (.xlsx)
export-csv = Text table (.csv)
export-do = Export

slips = Print slips
slips-text = One packet for each institution, four slips to a sheet of A4, with a QR code and the answer code. Cut and folded, only the name is seen.
slips-unit = Institution
slips-unit-missing = Please choose whose slips to print.
slips-option = { $unit } { $code } ({ $count })
slips-do = Make slips
slips-lead = Slips: { $count }, sheets: { $sheets }.
slips-how = Print on A4, on one side, at 100 %, without margins. If there is no print button, use the browser’s menu.
slips-print = Print
slip-name = Name:
slip-to = To be handed over in person
slip-fold-to = Fold the lower half up to this line
slip-fold-here = Fold here
slip-qr = QR code of the questionnaire
slip-typing = How to answer: scan the code above with your phone, or open { $address } and type the 20 characters above.
slip-help = If you would like help: ask your family or somebody you trust, or { $contact }.
slip-reference = No.: { $reference }

one = One person’s link
one-text = A link that was lost or sent astray can be replaced; one that should not be there can be taken back. An answered link is never touched.
one-which = Answer code, link or number on the roster
one-which-help = A code has 20 letters and digits; the number is on the roster page.
one-find = Find
one-wrong = This is neither a code nor a number on the roster. A code has 20 letters and digits: please look again.
one-unknown = There is no such link, or it was replaced. Please check the code.
one-nobody = The roster has no such number.
one-no-link = This person has no link yet.
one-name = Name
one-reference = Reference
one-answered = This link is answered: it can neither be replaced nor taken back.
one-revoked = This link was taken back.
one-revoked-done = The link was taken back.
one-reissued = New link
one-reissued-text = The old link does not work any more. The new slip is shown this once: please print it now or copy the code.
reissue = Replace the link
reissue-text = The old link stops working at once, and whoever opens it is told that there is a new one. The new link and its slip are shown once.
revoke = Take the link back
revoke-text = The link stops working at once and for good, and this person cannot answer any more.
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
