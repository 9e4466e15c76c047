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
act-contacts-deleted = Names and phones deleted
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
roster-help = One recipient a row: the unit’s code is needed; ref, name and phone are not. A ref keeps somebody from being added twice.
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
deletion-days = Refs, names and phones are deleted { $days } days after the survey is closed.
deletion-date = Refs, names and phones are deleted on { $date }.
deletion-done = Refs, names and phones were kept until { $date } and are deleted by themselves.
