act-scorecard-added = 新建评分表
act-scorecard-changed = 修改评分表
act-scorecard-bound = 评分表取用调查结果
missing-scorecard = 没有这份评分表。
missing-scorecard-version = 这份评分表没有这个版本。
missing-indicator = 评分表里没有代码是“{ $code }”的指标。
refused-indicator-kind = 指标“{ $code }”{ $kind ->
    [group] 由下级指标汇总，不能单独填写。
    [quantitative] 是定量指标，请填写实际值。
    [qualitative] 是定性指标，请填写评分和理由。
   *[other] 是满意度指标，请选择一次发布的调查结果。
}
refused-no-figure = 这次发布因作答人数太少，没有公布结果，不能作为评分依据。
fault-number = “{ $text }”不是数字：请只写数字和小数点，如 420.00，不带单位和逗号。
fault-negative = 评分表里的数字不能小于 0。
fault-decimals = 小数最多 { $most } 位。
fault-high = 这个数太大，最大是 { $most }。
fault-zero = 这个数要大于 0。
fault-choose = 不认识这个词，可以写：{ $known }。
fault-year = 请写 1990 到 2200 之间的年份。
fault-not-here = 这类指标不用填这一格：请留空，或改正类型。
fault-no-kind = 这个指标没有下级指标，要写明类型：定量、定性或满意度。
fault-kind-above = 这个指标有下级指标，由它们汇总：请把类型和数值留空。
fault-no-indicator = 没有代码是“{ $code }”的指标：请补上这个指标，或改正代码。
fault-weights = “{ $above }”的权重分是 { $weight }，它的下级指标加起来是 { $sum }：请改成一致。
fault-weights-top = 一级指标的权重分加起来是 { $sum }，满分是 { $weight }：请改成一致。
fault-above-weight = 评分不能超过权重分 { $weight }。
fault-no-reason = 人工评分要写明理由。
fault-many = 一份评分表最多 { $most } 个指标。
fault-deep = 一份评分表最多 { $most } 级。
fault-no-indicators = 文件里没有指标。
fault-grades = 等级要从高到低排列，分数线不超过 100，最后一级从 0 开始。
fault-survey-id = 这不是调查编号。
fault-release-alone = 写了发布号，也要写明是哪项调查。
fault-no-release = 没有这次发布：请改正调查或发布号，或者先发布结果。
fault-no-figure = 这次发布因作答人数太少，没有公布结果，不能作为评分依据。
fault-one-line = 这里只能写一行字。
