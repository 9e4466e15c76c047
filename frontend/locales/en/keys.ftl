# API keys: what other programs read and send with. Chinese is in zh-CN/keys.ftl, under the same keys.

menu-keys = API keys
menu-keys-text = Which programs may read results and send rosters
to-keys = Back to the keys
keys-what = Other programs, such as the evaluation system, read results and send rosters with a key instead of a sign-in. A key can do what is listed and nothing else, and it expires.
keys-empty = There are no keys yet. Make one when a program is to be connected.
keys-empty-here = There are no keys yet. Evaluators make them.
key-name = Name of the key
key-name-help = Say which program uses it, such as “evaluation system”. 2 to 64 characters.
key-account = Belongs to
key-opens = What it may do
key-and = { $one }; { $other }
key-opens-help = Choose only what this program needs. The grey names are those of the API’s documentation.
key-expires = Last day
key-expires-help = At most two years from now. It works until the end of this day in UTC, which is 8 in the morning of the next day in Beijing.
key-used = Last used
key-unit = Unit it is bound to
key-unit-all = All units
key-unit-below = { $unit } and below
key-unit-help = A bound key reaches only this unit and what is below it, and can do only what is marked “can be bound to a unit”.
key-fits-unit = can be bound to a unit
key-works = Works
key-idle = Account disabled
key-expired = Expired
key-revoked = Revoked

key-new = New key
key-new-text = The key belongs to you: what a program does with it counts as yours. When your account is disabled, the key works no more.
key-make = Make the key
key-made = The key is made
key-once = The key is shown this once; when you leave this page, nobody can see it again. Copy it now into the program that is to use it, and do not send it by chat.
key-copy = Copy
key-copied = Copied
key-try = Try it
key-try-text = Type this line into the terminal of a computer: if data comes back, the key works.
key-header-text = Every request of the program carries this line.
key-kept = It is kept, back to the keys

key-revoke = Revoke the key
key-revoke-text = Programs that use this key are shut out at once, and it cannot be undone. Make a new key when one is needed again.
key-revoke-do = Revoke this key
key-revoked-done = The key is revoked.
key-of-another = This key is somebody else’s. They or an admin can revoke it.

key-about-results = Progress and results
key-about-scorecards = Scorecards
key-about-people = Units, rosters and links
key-about-surveys = Surveys and the log
scope-surveys-read = See surveys and questionnaires
scope-surveys-write = Make, change, open and close surveys
scope-units-read = See units
scope-units-write = Import units
scope-rosters-write = Add people to rosters (without seeing them)
scope-links-issue = Issue links (and get everybody’s link)
scope-links-read = See how links stand
scope-progress-read = See progress
scope-results-read = See and download results
scope-results-release = Release results
scope-scorecards-read = See scorecards
scope-scorecards-write = Fill in scorecards
scope-audit-read = See the audit log
scope-seal = Seal surveys (cannot be undone)

act-key-added = API key made
act-key-revoked = API key revoked
audit-key = API key { $name } ({ $account })

missing-key = There is no such key.
key-name-wrong = The name of a key has 2 to 64 characters.
key-name-taken = There is a key “{ $name }” already. If you have just made it, it is in the list; otherwise choose another name.
key-scopeless = Say what the key may do: choose at least one.
key-too-wide = A key that is bound to a unit can do only what is marked “can be bound to a unit”. Take the others away, or choose “All units”.
key-expiry-wrong = The last day is today or later, and at most two years from now.
key-account-wrong = Keys belong to evaluators whose account is enabled; “{ $name }” is none.
key-too-many = At most { $most } keys work at the same time. Revoke one that is not needed.
key-in-use = A program is having this done with the same Idempotency-Key. Please ask again in a moment.
