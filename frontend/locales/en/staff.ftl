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
to-list = Back to the surveys
to-roster = Back to the roster
to-accounts = Back to the accounts
to-account = Back to my account
to-units = Back to the units
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
kept-typed = This cannot be saved at the moment: your sign-in has ended, or the server is busy. What you typed is still on this page. Sign in on a new tab, come back and press the button again.
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
password-first = First password
password-first-help = Tell it to the person face to face, to be changed after the first sign-in.
password-reset = Reset password
password-reset-text = Gives this account a new password, ends all its sign-ins and revokes its API keys.
password-reset-factor-text = Gives this account a new password, removes its second factor, ends all its sign-ins and revokes its API keys.

factor = Second factor
factor-on = It is set up: signing in takes a code from your phone as well.
factor-off = Not set up. With it, nobody who knows your password can sign in without your phone.
factor-old = The server has a new secret since you set it up. It goes on working; please set it up again all the same, so that the old secret can be destroyed.
factor-again = Set it up again
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
account-added = The account is there. Tell the person name and first password yourself.
account-reset = The password is reset. Tell the person the new first password yourself.
account-disabled = The account is disabled.
account-enabled = The account can be used again.
disable = Disable
disable-text = The account is signed out at once and cannot sign in again, and its API keys stop working at once. The audit log stays; the account can be enabled again.
enable = Enable
enable-text = The account can sign in again with its password, and its API keys work again.
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
act-forms-printed = Paper questionnaires printed
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
busy-desk-text = Many people are at work right now. Please wait a few seconds and do it again.
our-fault = Something went wrong on our side
our-fault-text = Nothing was changed. Please try again in a while; if it stays so, an admin should look at the log.
desk-request-number = Give this number to an admin, who can find it in the log:

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
by-itself = By the server
go-back = Back
total = Total
pages = Pages
page-before = Previous
page-after = Next
page-of = Page { $page } of { $all }
pages-whole = All rows, to print
pages-back = Back to the pages
pages-cut = Only the first { $most } of { $all } rows are here. Please choose a part of them to print the rest.
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
roster-plan = { $added } new, { $known } on the roster already.
roster-without-ref = { $people } without a ref: importing the same file again would add them again.
roster-import = { $added ->
    [one] Import this person
   *[other] Import these { $added } people
}
roster-done = Imported: { $added } new, { $known } on the roster already.
roster-long = A file holds at most 200 000 people. Please split it and import the parts.
roster-closed = This survey is closed: its roster cannot be changed any more.
deletion-days = Refs, names, phones and emails are deleted { $days } days after the survey is closed.
deletion-draft = Refs, names, phones and emails are deleted { $days } days after the survey is closed; of a draft that nobody has touched for { $days } days, too.
deletion-date = Refs, names, phones and emails are deleted on { $date }.
deletion-done = Refs, names, phones and emails were kept until { $date } and are deleted by themselves.
## Links

intake = Importing the roster
intake-read = Checking the file
intake-reading = Reading the file: { $percent } %
intake-going = { $done } of { $all } people written
intake-read-meanwhile = This is a long file; please wait. It is shown to you once it is checked. Nothing is imported yet.
intake-meanwhile = You can leave this page, the import goes on. Open surveys are answered meanwhile.
intake-cancel = Stop
intake-cancel-text = If you stop, nobody new of this import is kept.
intake-cancelled = This import was stopped and added nobody. Choose the file again when you want to.
intake-taken-over = Another import began later and took over: this one stopped and added nobody.
intake-failed = This import failed. Please look at the roster below, then choose the file again; if it stays so, an admin should look at the log.
intake-refused = This import stopped: the survey was closed, or links have just begun to be issued. Please look at the roster below, and choose the file again if need be.
intake-unfit = Units have just changed, so the file has to be checked again. Nobody was imported. Please choose it again.
intake-left = The last import did not finish (the program may have been restarted). Nobody sees the people it added. Please import again; if a roster is being imported elsewhere, wait for that to end.
intake-took-over = An earlier import had not ended. This one took over, and nobody new of the earlier one was kept.
intake-read-cancelled = The check was stopped. Nothing was imported.
intake-read-failed = The file was not read to its end. Nothing was imported. Please try again; if it stays so, an admin should look at the log.
roster-running = This roster is being imported. Please wait for that to end before the next file.
roster-issuing = Links are being issued. Please wait for that to end; if the last run did not finish, clear it away under “Links” first.
roster-import-file = Import this file
roster-done-moved = { $people ->
    [one] 1 person was moved to the new unit.
   *[other] { $people } people were moved to their new units.
}
roster-done-corrected = { $people ->
    [one] 1 person has a new name, phone or email.
   *[other] { $people } people have new names, phones or emails.
}
roster-done-fixed = { $people ->
    [one] 1 person stays in the unit
   *[other] { $people } people stay in the units
} of before (a link is issued, or the sample is drawn).
upload-busy = Too many files are being imported at once; this one was not taken. Please try again in a moment.

movers = { $people ->
    [one] 1 person seems to have moved
   *[other] { $people } people seem to have moved
}
movers-text = The ref is on the roster, but in another unit; the names do not differ.
movers-more = { $people } more are not listed.
movers-stay = { $people } of them have a link, or the sample is drawn: they cannot change units. They stay as they are and are not added again.
movers-do = Move them to their new units
movers-do-help = If they are other people who only have the same ref, take the tick away: they are added to the roster as new.
mover-from = Unit on the roster
mover-to = Unit in the file
mover-can = What happens
mover-moves = Moves
mover-stays = Stays as it is
differing = { $people ->
    [one] 1 person has
   *[other] { $people } people have
} another name, phone or email in the file
differing-do = Take over names, phones and emails from the file
differing-do-help = Names, phones and emails only; what is empty in the file stays as it is on the roster. Without the tick everything stays.

person = Number { $number } on the roster
person-correct = Correct
person-correct-text = A link that is issued stays the same; slips and lists made from now on have what you write here. The log says that somebody was corrected, without name, ref, phone or email.
person-correct-of = Correct number { $number }
person-corrected = Corrected.
person-long = Too long, or with a line break: { $most } characters at most.
person-no-unit = There is no such unit. Please choose again.
person-has-link = This person has a link, which counts in its unit: the unit cannot be changed.
person-drawn = The sample is drawn: nobody can be moved to another county.
person-issuing = Links are being issued. Please wait for that to end; if the last run did not finish, clear it away under “Links” first.
person-ref-taken = Somebody in this unit has this ref already.
person-remove = Take off the roster
person-remove-text = Only for somebody entered by mistake; it cannot be undone. Who moved away or died is not taken off but marked so on the roster.
person-removed = Taken off the roster.
person-stays-link = This person has a link and cannot be taken off the roster. If there should be no link, take it back under “Links”.
person-stays-drawn = This person was on the roster when the sample was drawn; without them nobody could check the draw. If they moved away or died, mark that on the roster.
act-person-corrected = Roster corrected
act-person-removed = Taken off the roster
added-late = { $people ->
    [one] 1 person was
   *[other] { $people } people were
} added after the sample was drawn, could not be drawn, and so will not be asked.
late-text = A survey’s sample is drawn once. If no links are issued yet and they have to be included, copy this survey to a new draft, import the whole roster there and draw; otherwise say so in the report, and include them in the next survey.
issue-intake = The roster is being imported. Please wait for that to end; if the last import did not finish, clear it away under “Roster” first.

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
draw-people = People N
draw-sample = Asked n
draw-total = Total
slips-many = At most { $most } people’s are printed at once. For more, export the list and print in parts.
draw-too-late = Links are issued already: no sample can be drawn any more.
draw-once = A survey’s sample is drawn once. The program makes the random seed, shows it and writes it down, so that anybody can draw again and compare.
draw-do = Draw now
draw-wrong = Please check the numbers: the margin is 0.5 to 20 with at most one decimal, and at least 30 % of the counties are drawn.
draw-counties-wrong = Please give a whole number from { $fewest } to { $all }.
draw-margin-wrong = Please give a number from 0.5 to 20, with at most one decimal.
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

slips = Print slips or paper questionnaires
slips-text = One institution at a time, one for each person, with a QR code and the answer code. Hand them over in person.
slips-what = What to print
slips-what-slips = Slips: to answer by phone
slips-what-forms = Paper questionnaires: to answer with a pen
slips-what-help = Slips come four to a sheet of A4; folded, only the name is seen. Paper questionnaires hold no name and are keyed by two clerks when they are back.
slips-unit = Institution
slips-unit-missing = Please choose whose to print.
slips-option = { $unit } { $code } ({ $count })
slips-do = Make
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
forms-lead = Questionnaires: { $count }, pages each: { $pages }. They hold no name and come in the order of the exported list of links; hand each to the person whose answer code it is.
forms-how-both-sides = Print on A4, on both sides (turned at the long edge), at 100 %, without margins. If there is no print button, use the browser’s menu.
forms-how-one-side = Print on A4, on one side, at 100 %, without margins, and staple each questionnaire. If there is no print button, use the browser’s menu.
form-code = Answer code
form-page = Page { $page } of { $pages }
form-organiser = From: { $organiser }
form-how = How to answer: choose one for each question and tick its box ✓. You may have help.
form-mend = A wrong tick: fill that box and tick another.
form-typing = Or by phone: scan the code on the right, or open { $address } and type the answer code above. Once is enough.
form-who-asks = Who asks, and why:
form-who-asks-text = { $organiser }. It is about { $programme }. { $purpose }
form-free = Free to take part:
form-free-text = Choose as you think; nothing is right or wrong. If you do not answer, your subsidy and services stay the same.
form-kept = What is kept:
form-kept-text = Once keyed, only your choices, who answered, the county or institution, and that it came on paper are kept, together with those of others. They cannot be changed or taken back. Your name is not on this paper; whoever has the list can tell from the code whose it is, so hand it in folded.
form-days = For how long:
form-days-text = The list and contacts are deleted { $days } days after the survey. Anonymous answers are kept for statistics.
form-contact = Whom to ask:
form-decline = I do not take part
form-decline-text = (tick here and leave the rest open)
form-who = Who is answering?
form-optional = (may be left open)
form-end = When you are done: fold it with the writing inside and give it to whoever gave it to you, or to { $organiser }. Thank you!

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
one-open = This link is not answered yet.
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
surveys-all = { $all ->
    [one] One survey.
   *[other] { $all } surveys.
}
newest-first = Newest first
questions = Questions
issued = Issued
answered = Answered
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
opened-at = Opened
survey-over = This survey is over
over-kept = No more answers are taken. All that came in time are kept; questions, options and weights stay as they are.

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

## What is not there, and what stands in the way
missing-survey = There is no such survey; perhaps the address is wrong. Please open it from the list of surveys.
missing-unit = There is no unit “{ $code }”. Check the code, or import the units first.
missing-account = There is no such account.
missing-account-named = There is no account “{ $name }”.
missing-link = There is no such link, or it was replaced. Please check and try again.
refused-not-draft = This survey is no longer a draft and cannot be changed.
refused-not-opened = This survey is no longer a draft: there is nothing to open.
refused-not-closed = This survey is not open: there is nothing to close.
refused-no-results = There are results once the survey is closed.
refused-design = The sample is drawn, or links are issued: who is asked cannot be changed any more.
refused-unconfirmed = Nobody has confirmed the weights of these options yet: { $options }. Please confirm them first.
refused-only-closing = The survey is open: only its closing time can be moved.
refused-meanwhile = Somebody has just changed this. What you did is not saved: please look again.
refused-draw-closed = This survey is closed: no sample can be drawn for it any more.
refused-drawn = The sample of this survey is drawn already; it is drawn once.
refused-draw-design = This is not how this survey draws its sample. Reload the page and look again.
refused-sealed = This survey is sealed and has no links any more.
refused-too-often = This person’s link was replaced too often and cannot be replaced again.
refused-no-unit = An account with this role belongs to no unit.
refused-name-taken = There is an account “{ $name }” already. Please choose another name.
meanwhile = Somebody has just changed this survey.
meanwhile-text = What you typed is all below and not saved yet. Look at what they changed first; if you press “Save” once more, yours takes its place and theirs is gone.
meanwhile-see = See it as it is now (in a new window)
act-opened-at-its-time = Survey opened at its time
act-closed-at-its-time = Survey closed at its time
act-issuing-taken-over = Took over issuing that had not ended; its links dropped
act-issuing-dropped = Issuing stopped; its links dropped
why = Why it is looked up
why-lost = The slip was lost
why-arrived = It did not arrive
why-phone = The phone number is wrong
why-person = The person asks
why-family = The family asks
why-other = Another reason
why-add = More about it
why-help = Needed for “Another reason”; 100 characters at most. It goes into the audit log with the reason. Please name no recipient.
why-more = { $why }: { $more }
why-missing = Please choose why it is looked up; for “Another reason” say more, in 100 characters at most.
one-state = Look at this link
one-state-text = You will see whether the link is answered, and can replace it or take it back. Each time the audit log notes your name, the unit and the reason, not whose link it was.
one-of = Link of number { $number }
act-link-looked-up = One person’s link looked up

# Signs for the evaluator
signals = What stands out
signals-text = What is worth a telephone call, for evaluators alone. None of it says that anybody did wrong, and nothing is excluded by the program: whether to void responses is for you to decide, with a reason.
signals-days = While answers come in
signals-none = Nothing stands out so far.
signals-later = After the close, this shows what stands out in the forms of each unit. While answers come in, none of them is read.
signals-meaning = What these numbers say, and what they do not
signal-busiest = Busiest ten minutes of a day (answers)
signal-phone = Finished on one phone in a day (answers)
signal-busiest-text = “Busiest ten minutes” is the most answers a unit sent within ten minutes, shown from { $least } on. People may have been invited together, or somebody may have answered for them; helping one person after another looks the same.
signal-phone-text = “On one phone” is how many answers one phone sent that day, shown from { $least } on. The phone counts by itself: the program does not know phones, so the number may be too small, and somebody could change it. An institution may lend one phone to many; ask how they were helped.
signal-lower-bound = After a restart, or with several servers, the numbers are too small rather than too large.
signals-forms = The forms
sign-forms = Forms
sign-identical-share = Equal forms (%)
sign-straight-share = One option throughout (%)
sign-helped-share = Helped by staff (%)
sign-stands-out = Well above all forms
sign-everybody = All units
sign-identical = Many equal forms
sign-straight = Many with one option throughout
sign-helped = Many helped by staff
sign-identical-text = “Equal forms” is the share of the commonest form in a unit. Where everybody is content, many forms are equal.
sign-straight-text = “One option throughout” is the share of forms with the same option in every question. In the report of 2022 this may be so for up to 47 of 49, so it is never a reason to leave a form out.
sign-helped-text = “Helped by staff” is the share of forms that say so themselves. Help is allowed, and often needed.
sign-points-text = Marked from 20 percentage points above all forms. Shares are shown in steps of 20 points, without voided forms, so that nobody's answers follow from the difference of two looks.
signs-hidden = { $count } more units are not shown: fewer than { $least } people, or it could be worked out from them for such a unit.
voided = Voided
voided-units = Voided units
voided-text = Where you are sure that a unit’s responses are not what its recipients think, you can void all of them. They are kept and not counted; the results name the unit and the reason.
void = Void responses
restore = Count responses again
void-unit = Whose responses to void
void-option = { $unit } ({ $code }), { $count } forms
void-next = Next
void-reason = Reason
void-reason-help = The reason is printed in the results and kept in the audit log. Write what happened and how you know; name nobody.
restore-reason-help = The reason is kept in the audit log. Write what happened and how you know; name nobody.
void-not-now = Nothing can be voided or restored now: the survey has to be closed and not sealed, and the unit needs to have responses.
void-not-counted = The { $count } responses of this unit no longer count among the valid ones, nor in the score.
void-kept = The responses are not deleted, and can be counted again until the survey is sealed.
void-both = The results give the score with and without these responses.
void-number-only = As these are too few people, the results say only how many were voided, and no score with them.
void-release = What was released stays as it is; the next release is a new one.
void-do = Void these { $count } responses
restore-counted = The { $count } responses of this unit count again.
restore-do = Count these { $count } responses again
void-done = Voided. The next release takes it into account.
restore-done = Counted again. The next release takes it into account.
void-too-small = As it is, no further release can be made: against one before it, some unit or everybody together would differ by fewer than { $least } people, and the difference would tell what these few answered. Count them again, or void more at the same time.
void-alone = Note: release { $number } has been made. With { $count ->
    [one] this one response
   *[other] only these { $count } responses
} voided, no further release can be made: comparing the two would tell what these few people answered.
restore-alone = Note: release { $number } has been made. With { $count ->
    [one] this one response
   *[other] only these { $count } responses
} counted again, no further release can be made: comparing the two would tell what these few people answered.
leave-as-is = Leave it as it is
act-unit-voided = A unit’s responses voided
act-unit-restored = A unit’s responses counted again
act-rows-exported = Anonymous response rows exported
refused-rows = Fewer than { $least } people answered, or all of them the same: their answers cannot leave the program.
refused-rows-out = The responses of this survey have left the program as rows. A further release could be compared with them, so nothing more can be voided, restored or released.
refused-void-early = Responses can be voided once the survey is closed.
refused-void-late = This survey is sealed: nothing of it can be changed any more.
refused-voided = The responses of this unit are voided already.
refused-not-voided = The responses of this unit are not voided: there is nothing to restore.
refused-nothing-to-void = This unit has no responses that could be voided.
refused-difference = Against a release before it, { $unit ->
    [none] everybody together
   *[other] “{ $unit }”
} would differ by fewer than { $least } people, and the difference would tell what these few answered. Void or restore more units at once, or leave it as it is.
