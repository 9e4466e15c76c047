# Surveys of every design, made up, with what R's survey package says of them.
#
#   Rscript tests/r/cases.R FOLDER
#
# writes FOLDER/persons.csv (who answered) and FOLDER/figures.csv (the estimates), in per cent.
suppressPackageStartupMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
set.seed(20221231)

weights <- c(1000, 900, 800, 600, 0)
questions <- c(1, 2, 1, 3, 1)

# One person's x and y: points of a score, a share of answers, or a share of persons.
person <- function(kind, mood) {
  answers <- pmin(5, pmax(1, round(rnorm(5, mood, 1))))
  open <- runif(5) < 0.15
  open[sample(5, 1)] <- FALSE
  if (kind == "score") return(c(sum(questions[!open]), sum((questions * weights[answers])[!open])))
  if (kind == "answers") return(c(sum(!open), sum(answers[!open] <= 2)))
  c(1, as.integer(mood < 0 || answers[1] <= 2))
}

# Who answered: `strata` of any size, a few of them with everybody.
answered <- function(kind, strata, mood) {
  one <- function(stratum) {
    n <- sample(c(2:6, 20, 60), 1)
    people <- n + sample(c(0, 1, 5, 50, 3000), 1)
    here <- if (mood < 0) mood else mood + rnorm(1, 0, 0.4)
    xy <- t(replicate(n, person(kind, here)))
    data.frame(stratum = stratum, people = people, x = xy[, 1], y = xy[, 2], group = runif(n) < 0.7)
  }
  do.call(rbind, lapply(seq_len(strata), one))
}

figures <- function(case, design, kind, counties, persons) {
  persons$person <- seq_len(nrow(persons))
  persons$counties <- counties
  drawn <- if (design == "clusters") {
    svydesign(id = ~stratum + person, fpc = ~counties + people, data = persons)
  } else {
    svydesign(id = ~1, strata = ~stratum, fpc = ~people, data = persons)
  }
  part <- subset(drawn, group)
  full <- if (kind == "score") 1000 else 1
  found <- if (kind == "share") svymean(~y, part) else svyratio(~y, ~x, part)
  p <- as.numeric(coef(found)) / full
  se <- as.numeric(SE(found)) / full
  df <- degf(part)
  n <- sum(persons$group)
  # Of one mind: seen in the persons, because p may be a little beside 1 in floats.
  extreme <- with(persons[persons$group, ], all(y == 0) || all(y == x * full))
  answers <- as.vector(table(persons$stratum))
  whole <- answers == tapply(persons$people, persons$stratum, max) | tapply(persons$group, persons$stratum, sum) == 0
  certain <- all(whole) && (design != "clusters" || counties == length(answers))
  low <- high <- NA
  if (certain) {
    low <- high <- p
  } else if (df >= 1 && kind == "score") {
    low <- max(0, p - qt(0.975, df) * se)
    high <- min(1, p + qt(0.975, df) * se)
  } else if (df >= 1) {
    q <- if (extreme) qnorm(0.975) else qt(0.975, df)
    size <- if (extreme) n else p * (1 - p) / se^2
    middle <- (p + q^2 / (2 * size)) / (1 + q^2 / size)
    half <- q / (1 + q^2 / size) * sqrt(p * (1 - p) / size + q^2 / (4 * size^2))
    low <- middle - half
    high <- middle + half
  }
  data.frame(case, design, kind, counties, n, df, value = 100 * p, se = 100 * se, low = 100 * low, high = 100 * high)
}

persons <- results <- list()
for (design in c("everyone", "strata", "clusters")) for (kind in c("score", "answers", "share")) for (i in 1:60) {
  strata <- if (design == "everyone") 1 else sample(2:12, 1)
  part <- answered(kind, strata, if (kind == "share" && i %% 10 == 0) -1 else sample(c(1.5, 2, 3), 1))
  if (i %% 3 == 0) part$group <- TRUE # the whole sample, not a part of it
  if (!any(part$group)) part$group[1] <- TRUE
  case <- length(results) + 1
  counties <- if (design == "clusters") strata + sample(c(0, 1, 9, 100), 1) else 0
  results[[case]] <- figures(case, design, kind, counties, part)
  persons[[case]] <- cbind(case, part)
}
exactly <- function(column) if (is.double(column)) ifelse(is.na(column), "", sprintf("%.17g", column)) else column
save <- function(rows, name) {
  write.csv(lapply(do.call(rbind, rows), exactly), file.path(folder, name), row.names = FALSE, quote = FALSE)
}
save(persons, "persons.csv")
save(results, "figures.csv")
cat("R", as.character(getRversion()), "survey", as.character(packageVersion("survey")), ":", length(results), "surveys\n")
