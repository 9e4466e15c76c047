act-scorecard-added = made a scorecard
act-scorecard-changed = changed a scorecard
act-scorecard-bound = bound a scorecard to a survey’s results
missing-scorecard = There is no such scorecard.
missing-scorecard-version = This scorecard has no such version.
missing-indicator = There is no indicator with the code “{ $code }” in this scorecard.
refused-indicator-kind = The indicator “{ $code }” { $kind ->
    [group] is the sum of those below it and has nothing to be filled in.
    [quantitative] is quantitative: please give its actual value.
    [qualitative] is qualitative: please give its score and the reason.
   *[other] is about satisfaction: please choose a release of a survey.
}
refused-no-figure = This release shows no results, because too few people answered: nothing can be scored by it.
fault-number = “{ $text }” is no number: write digits and a point only, such as 420.00, without units or commas.
fault-negative = Numbers of a scorecard are never below 0.
fault-decimals = At most { $most } decimals.
fault-high = This number is too high: at most { $most }.
fault-zero = This number must be above 0.
fault-choose = This word is not known here. You can write: { $known }.
fault-year = Please write a year from 1990 to 2200.
fault-not-here = An indicator of this kind has nothing here: leave it empty, or correct the kind.
fault-no-kind = Nothing stands below this indicator, so it needs a kind: quantitative, qualitative or satisfaction.
fault-kind-above = Other indicators stand below this one and are added up: leave its kind and its figures empty.
fault-no-indicator = There is no indicator with the code “{ $code }”: add it, or correct the code.
fault-weights = “{ $above }” weighs { $weight }, and the indicators directly below it add up to { $sum }: please make them agree.
fault-weights-top = The indicators at the top add up to { $sum }, and the full marks are { $weight }: please make them agree.
fault-above-weight = A score is never above the weight, which is { $weight }.
fault-no-reason = A score by hand needs its reason.
fault-many = A scorecard has at most { $most } indicators.
fault-deep = A scorecard has at most { $most } levels.
fault-no-indicators = There is no indicator in this file.
fault-grades = Grades begin at falling rates of at most 100, the last one at 0.
fault-survey-id = This is no survey id.
fault-release-alone = A number of a release needs its survey.
fault-no-release = There is no such release: correct the survey or the number, or make the release first.
fault-no-figure = This release shows no results, because too few people answered: nothing can be scored by it.
fault-one-line = Only one line of text can stand here.
