# The seal: a finished survey is made anonymous for good

step-seal = Seal
seal-title = Seal the survey
seal-what = After the seal no record is left that leads from an answer to a link or a person, not even for those who run the database. A seal cannot be undone.
seal-gone = Gone for good
seal-gone-links = { $count } links, whom each was for and whether it was used. Whoever opens one is told “We did not find this questionnaire”.
seal-gone-people = The roster: all refs, names, phones and e-mails, what was noted of somebody, reminders and signals.
seal-gone-acts = From then on nothing can be voided or restored, released or exported, and nobody’s link looked up.
seal-stays = Kept
seal-stays-answers = { $count } answers, rewritten in random order under new ids. Those of units with fewer than { $least } people count for the unit above.
seal-stays-results = The results as they were released, unchanged; they can be checked again at any time.
seal-stays-counts = How many were issued and answered in each unit and on each day, the seed and sizes of the sample, the audit log.
seal-stays-receipts = All receipts are published in order, so that everybody can see that their answer arrived; a receipt does not tell what was answered.
seal-outside = Out of reach
seal-outside-text = Backups and copies of the database from before, archives of its write-ahead log (WAL), snapshots of its disk, replicas, and lists of links that were exported: the program cannot delete these. Whoever made or keeps them is to destroy them after the seal; as long as they exist, the answers in them are not anonymous.
seal-backups = What the program itself made before the seal and still knows of. Please destroy these, too; one that is gone already needs nothing.
seal-backup-backup = Backup of { $at }:
seal-backup-copy = Copy for a trial, { $at }:
seal-backup-moved = The old database, from which everything moved here on { $at }:
seal-no-backups = The program itself knows of no backup.
seal-two = It takes two evaluators: one asks, another consents. After that the program begins at once; where there is much data, other surveys may ask people for some minutes to try again later, and no answer is lost.
seal-due = This survey was closed more than { $days } days ago and is not sealed. Once its results are final, ask for the seal: afterwards nobody can connect an answer with a person.
seal-due-list = Closed long ago and not sealed yet:
seal-waits = Somebody has asked to seal this survey. Another evaluator has to consent.
seal-ask = Ask for the seal
seal-consent = Consent to the seal for good
seal-withdraw = Withdraw the request
seal-leave = Not now
seal-mine = You asked for the seal on { $at }. Another evaluator has to open this page and consent; without that the request lapses on { $until }.
seal-theirs = { $name } asked on { $at } to seal this survey, and you can consent. Without that the request lapses on { $until }.
seal-running = { $name } consented to the seal on { $at }, and it is being carried out. You can close this page, that does not interrupt it.
seal-look = Look again
seal-over = This survey was sealed on { $at }.
seal-over-who = Asked for by { $asked }, consented to by { $consented }.
seal-over-refused = The database did not allow the program to do this: { $what }. Its administrator can do it, as docs/sealing.md says.
seal-receipts = The public receipts
seal-results = See the results
seal-consented-done = You consented to the seal.
seal-withdrawn-done = The request is withdrawn.
seal-sealed-here = This survey is sealed: its roster and links are gone, the counts by unit and the results are kept.

seal-not-closed = { $state ->
    [sealed] This survey is sealed already.
   *[other] A survey can be sealed once it is closed.
 }
seal-no-release = Please release the results first: nothing can be released after the seal.
seal-new-voids = Responses were voided or restored after the last release. Please release again first: nothing can be released after the seal.
seal-same-person = Whoever asked cannot consent: another evaluator has to.
seal-not-asked = Nobody has asked to seal this survey, or the request has lapsed.
seal-begun = This survey is being sealed: nothing of it can be changed or handed out any more.
seal-done = This survey is sealed already.

act-seal-asked = Seal asked for
act-seal-withdrawn = Request for a seal withdrawn
act-seal-consented = Seal consented to
act-survey-sealed = Survey sealed
act-backed-up = Backup written
act-database-copied = Database copied for a trial
act-database-moved = Database moved to another
act-move-undone = Move of the database given up
act-secret-rotated = Server secret changed

# The public receipts
receipts-of = Receipts: { $title }
receipts-what = This survey is over and sealed. Every answer that arrived has a receipt, and all { $count } of them are here, in order. A receipt shows that an answer arrived, not whose it is or what it says.
receipts-find = Your receipt
receipts-find-help = It is looked for on your phone or computer alone and not sent anywhere.
receipts-part = The first two characters of your receipt
receipts-part-help = There are many receipts, in parts. Only these two characters are sent; then look for yours on that page.
receipts-part-do = Open
receipts-look = Look it up
receipts-found = Found: your answer arrived.
receipts-not-found = This receipt is not here. Please check it: 20 letters and digits.
receipts-begin = { $count } receipts that begin with { $part }
receipts-all = All receipts (text file)
