# Progress: numbers of links. Numbers only, no answer and nobody's name.

step-progress = Progress
home-watch = Surveys in your units
home-watch-empty = There is no survey with links in your units yet. Once links are issued, their progress is here.
units-together = All units

count-issued = Issued
count-waiting = Waiting
count-started = Started
count-submitted = Submitted
count-declined = Declined
count-revoked = Revoked
count-expired = Expired
count-today = Today
count-rate = Response rate
count-rr1 = RR1
count-rr2 = RR2
late = Behind
late-by = { $count } fewer than planned
part-own = Issued by the unit itself
part-joined = { $count } other parts together

orders = Order
order-call = To be called first
order-rate = Highest rate first
order-today = Most today first
order-issued = Most issued first
order-code = By code
parts = Units below
way = Units above
export-csv-short = Download CSV

live-then = These are the numbers of { $time }. Reload the page to see the latest.
live-now = Numbers update by themselves, last at
live-off = Updates have stopped; trying again. You can also reload the page. Last update at
live-order = The order has changed
live-sort = Sort again

curve = Submitted each day
curve-most = Top of the chart: { $count }
curve-plan = Dashed line, the plan: { $count } a day
curve-text = Answers on each day from { $first } to { $last }, at most { $most } on a day; the table below has the numbers.
day = Date
day-count = On the day
day-sum = So far
day-planned = Planned so far
day-earlier = Earlier

note-small = There are fewer than { $floor } links here. So that nobody can be guessed, only their number is shown.
note-joined = Units with fewer than { $floor } links are one line together and cannot be opened, so that nobody can tell whether one person has answered.
note-empty = { $count ->
    [one] One more unit has no links and is
   *[other] { $count } more units have no links and are
} not listed.
note-late = Behind: at an even pace from the opening to the closing, fewer than 80 % of the answers that are planned by now, and at least 3 short. Such units come first: please call them.
note-no-plan = There is no plan now (the survey is not open, or has no closing time), so the lowest rate comes first.
note-rate = Response rate = submitted ÷ issued.
note-rr = RR1 and RR2 are AAPOR’s response rates: submitted ÷ (issued − revoked − people who had left the base before the survey opened). Every question of this survey has to be answered, so both are the same.
note-rr-optional = RR2 is AAPOR’s response rate: submitted ÷ (issued − revoked − people who had left the base before the survey opened). RR1 counts complete answers only; that takes a look at the answers, and progress never looks at them, so RR1 is not given here.
note-privacy = These are numbers only: no score, no answer, nobody’s name.
missing-progress = There is no progress to be seen here: no such survey or unit, or it is not among yours.
