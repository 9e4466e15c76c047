# Keying paper forms: the pages of a clerk. The same keys as zh-CN/paper.ftl.

menu-paper = Paper forms
menu-paper-text = Key paper forms by their code; two people key each form
paper-no-survey = There is no such survey, or it has no links in your unit.
paper-none = There is nothing to key now. Surveys appear here once they are open and your unit has links.
paper-first = First today
paper-second = Second today
paper-differences = Differences today
paper-for-you = Waiting for you
paper-for-others = Waiting for a colleague
paper-go = Key forms

paper-enter = Key paper forms
paper-not-open-now = This survey is not open now: forms cannot be keyed.
paper-today = Your day so far: first entries { $first }, second entries { $second }, differences settled { $differences }, refusals { $refusals }.
paper-waits = Waiting for your second entry: { $theirs }. Waiting for a colleague: { $mine }.
paper-code = Answer code
paper-code-help = The 20 letters and digits printed on the paper, in any case, with or without hyphens; a hand scanner will do, too.
paper-who = Who filled it in
paper-self = Recipient
paper-family = Family helped
paper-staff = Staff helped
paper-guardian = Guardian
paper-refusal = Does not take part
paper-blank = Left open
paper-keys = Keying without the mouse
paper-keys-text = Once the code is complete the next line is ready. Each line takes one key: the letter or digit before the option; for an optional question that was left open, 0 or space. To correct: Backspace or ↑ leads back a line, then press the right key. Enter saves, and the cursor is back in the code. Esc leads to the code, too.
paper-position = Question { $no } of { $total }
paper-ready = Complete: Enter saves
paper-save = Save
paper-clear = Clear the form
paper-no-key = No option has this key: press the letter or digit before an option.
paper-incomplete = Something is not keyed yet; the cursor has moved there.
paper-away = Your sign-in has ended; what you keyed is still on this page. Sign in on a new tab, come back and press Enter.
paper-other = Another account is signed in now. Sign in with the one you had, come back and press Enter.
paper-offline = The network is gone; what you keyed is still on this page. Press Enter again once it is back.
paper-trouble = The server is busy; what you keyed is still on this page. Press Enter again in a moment.

paper-missing = Not keyed yet.
paper-wrong = There is no such option: please key it again.
paper-refusal-answers = “Does not take part” and answers as well. Please look at the paper: if the person does not take part, clear the form and choose only that.
paper-no-code = This is not a code: it has 20 letters and digits. Please compare it with the paper.
paper-unknown = This code was not found: a letter may be wrong, it may not belong to your unit or this survey, or it was replaced. Please compare it with the paper.
paper-slow = Several codes in a row were wrong. Please wait { $seconds } seconds and compare with the paper.
paper-answered = This code has an answer already: sent by phone, or keyed twice from paper. The first one counts; please put this paper aside.
paper-declined = This person has chosen not to take part. Please put this paper aside.
paper-revoked = This code was taken back. Please put this paper aside.
paper-closed = This survey is over: forms cannot be keyed any more.
paper-not-open = This survey has not opened yet: forms cannot be keyed.
paper-own = You have keyed this form before, with the same answers. A colleague has to key it the second time.

paper-done-first = First entry kept; a colleague keys it the second time.
paper-done-second = Both entries agree: recorded.
paper-done-settled = Differences settled: recorded.
paper-done-replaced = Your entry was replaced; a colleague keys it the second time.
paper-done-refused = Noted: does not take part.

paper-differ = Two entries differ: please check
paper-differ-text = { $count ->
    [one] One field differs from the first entry. Look at the paper again and press its key.
   *[other] { $count } fields differ from the first entry. Look at the paper again and press a key for each.
}
paper-first-yours = First entry: { $first }; yours: { $yours }
paper-settle = Save as on the paper
paper-replace = You have keyed this form before
paper-replace-text = You have keyed this form before, and { $count ->
    [one] one field differs
   *[other] { $count } fields differ
} now. You can replace your entry by this one; a colleague has to key it the second time.
paper-before-now = Before: { $first }; now: { $yours }
paper-replace-do = Replace by this entry
paper-refusal-text = A form with answers waits under this code for its second entry. Look at the paper again: only if it says that the person does not take part, press the button below. The waiting entry is erased then.
paper-refusal-do = Note that the person does not take part
paper-put-aside = Put it aside, save nothing

act-paper-first = Keyed paper forms (first entries of a day)
act-paper-second = Keyed paper forms (second entries of a day)
act-paper-differences = Settled differences of paper forms (of a day)
act-paper-refusals = Noted refusals on paper (of a day)

paper-forms = Paper forms
paper-forms-text = Forms that one clerk has keyed and that wait for a second. The second entry erases what waits; so does the close of the survey.
paper-forms-waiting = Waiting
close-paper = { $count ->
    [one] One paper form was keyed only once. It is erased at the close and does not count.
   *[other] { $count } paper forms were keyed only once. They are erased at the close and do not count.
}
