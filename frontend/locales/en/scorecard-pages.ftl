# The pages of scorecards. Chinese is in zh-CN, with the same keys.

menu-scorecards = Scorecards
audit-subject = Account, key or scorecard
menu-scorecards-text = Indicators, weights, scores and the grade
to-scorecards = Back to the scorecards
to-scorecard = Back to the scorecard
cards-empty = There is no scorecard yet. Please begin with “New scorecard” and a file of your indicators.
cards-all = { $all ->
    [one] One scorecard.
   *[other] { $all } scorecards.
 }
card-by-year = Sort by year
card-new = New scorecard
card-new-text = Put your indicators into a file: one a row, with its code, the one above, its name, weight and kind. You are shown what is in it first; the scorecard is made when you say so.
card-upload = Send a file
card-upload-help = An Excel table (.xlsx, the first sheet only), CSV, TOML or JSON, up to 20 MB.
card-not-utf8 = The file has characters that cannot be read. Please save it again in UTF-8 and try once more.
card-example = What does such a file look like?
card-example-text = Here is a whole one, made after the report of 2022, with four levels of indicators, to be changed into yours. Or take the heads of the columns alone and begin with an empty table.
card-example-xlsx = Example for Excel
card-example-toml = Example in TOML
card-template = Empty table
card-preview = Please check the scorecard
card-plan = The file has { $count } indicators on { $levels } levels, and their weights add up. { $lacking ->
    [0] All of them are filled in.
   *[other] { $lacking } are still to be filled in, one by one, when the scorecard is made.
}
card-no-head = The table does not tell these: please write them here.
card-in-file = The indicators in the file
card-make = Make the scorecard
card-made = The scorecard is made.
card-saved = Saved, and the points are worked out again.
card-saved-next = Saved. This is the next indicator that is not filled in.
card-same = Nothing is different, so there is no new version.

card-pages = This scorecard
card-points = Points
card-versions = Versions
card-file = Update from a file
card-head = About it
card-complete = complete
card-lacking = { $count } to fill in
card-title = Title
card-title-help = Printed at the top of the files.
card-unit = Evaluated unit
card-full-marks = Full marks
card-grades = Grades
card-grades-help = One a line: its name, a space, and from how many per cent of the full marks on it is given. The best first, the last from 0.
card-year = { $year }

card-missing = { $count } indicators are not filled in, so there is no total and no grade yet.
card-missing-text = They have a bar at their left and say what they lack.
card-fill-first = Fill in the first
card-newer-count = { $count } indicators of satisfaction have a newer release of their survey. The scorecard does not change by itself: open the indicator to take the new one.
card-older = This is version { $number }; the latest is { $latest }.
card-see-latest = See the latest
card-caption = Points of the programme’s indicators
card-item = Item
card-total = Total
card-grade = Grade
card-version = Version { $number }
card-version-no = Version
card-saved-by = saved { $time } by { $who }
card-tree = All { $count } indicators
card-show-lacking = Only those to fill in
card-show-all = All indicators
card-find = Find
card-unfold = Unfold all
card-fold-all = Two levels only
card-fold = Fold or unfold what is below { $code }
card-docx = Word scorecard

card-code = Code
card-parent = Above
card-name = Name
card-indicator = Indicator
card-kind = Kind
card-group = sum
card-quantitative = quantitative
card-qualitative = qualitative
card-satisfaction = satisfaction
card-weight = Weight
card-score = Score
card-deduction = Deduction
card-rate = Rate
card-target = Target
card-actual = Actual
card-achieved = Achieved
card-over = above target
card-better = better than target
card-measured-in = Measured in
card-direction = Direction
card-higher = more is better
card-lower = less is better
card-measure = Measure
card-release = Survey results
card-value = Satisfaction
card-reason = Reason
card-evidence = Evidence
card-reason-is = Reason: { $text }
card-evidence-is = Evidence: { $text }
card-of-points = { $figure } points
card-lacks-actual = no actual value yet
card-lacks-score = no score and reason yet
card-lacks-release = no survey results yet
card-newer-short = release { $number } is there
card-taken-from = From “{ $title }”,
card-release-no = release { $number }

card-actual-help = Digits only, such as 2979 or 420.00; leave it empty where it is not known yet.
card-higher-help = At the target it has all its points; below, in proportion.
card-lower-help = Up to the target it has all its points; above, in proportion.
card-measured-in-help = Such as persons or %; may be empty.
card-by-hand = Score
card-by-hand-help = 0 to { $weight }, with at most two decimals; leave it empty where it is not scored yet.
card-reason-help = Why it has these points, and for what some were taken. A score needs it.
card-reason-other-help = What should be known about it, if anything.
card-evidence-help = The name or number of a document, or where it is kept. Please no names and no numbers of persons.
card-release-help = Surveys with results. The figure is taken over and stays as it is; a later release does not change it.
card-release-none = Not chosen yet
card-release-of = { $title }, release { $number }
card-asked-target-help = How many points or per cent it is to reach, up to 100.
card-frozen = This figure stays as it is. The release’s
card-newer = This survey has release { $number }; the figure here is from an earlier one.
card-newer-value = The new figure is { $value }.
card-newer-take = Take release { $number }
card-save-next = Save, and the next one
card-group-text = This indicator is the sum of those below it and has nothing to be filled in.
card-meanwhile = { $who } has just changed this indicator:
card-meanwhile-text = What you typed is still below and not saved. If you save it again, yours counts.
card-changed-meanwhile = Somebody has just changed this scorecard.

card-file-text = A file replaces all the indicators. Actual values, scores and survey results that it does not give stay, by the code of the indicator.
card-file-now = Take the present one as an Excel table
card-file-preview = Please check what changes
card-file-plan = The file changes { $count } things. { $lacking ->
    [0] All indicators are filled in then.
   *[other] { $lacking } indicators are to be filled in then.
}
card-file-more = { $more } more are not listed.
card-file-same = The file is the same as the scorecard: nothing changes.
card-file-do = Update the scorecard
card-file-meanwhile = Somebody has just saved a new version, so nothing was updated. This is how the file differs from the latest: please check again.

card-versions-text = Everything saved is a version of its own, which nobody changes or deletes.
card-was-added = made
card-was-imported = updated from a file
card-was-changed = changed a target, an entry or the head
card-was-actual = gave the actual value
card-was-score = scored
card-was-bound = took survey results
card-see-version = See the points of this version
card-first-version = This is the first version.
card-same-figures = Nothing is different from the one before.
card-changes = What changed
card-what = What
card-from = Was
card-to = Is
