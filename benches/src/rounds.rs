//! Interleaved rounds: every contender once in each, and ratios only within one.

/// What was measured: one sample for each contender and round.
#[derive(Debug)]
pub struct Rounds<S> {
    /// By contender, then by round.
    samples: Vec<Vec<S>>,
}

impl<S> Rounds<S> {
    /// Lets `contenders` contenders take turns in `rounds` rounds.
    ///
    /// Every second round runs backwards, so that no contender always follows the same other one and a
    /// slow drift of the machine favours nobody.
    pub fn run(contenders: usize, rounds: usize, mut measure: impl FnMut(usize) -> S) -> Self {
        let mut samples: Vec<Vec<S>> = (0..contenders).map(|_| Vec::new()).collect();
        for round in 0..rounds {
            for turn in 0..contenders {
                let contender = if round % 2 == 0 { turn } else { contenders - 1 - turn };
                samples[contender].push(measure(contender));
            }
        }
        Self { samples }
    }

    /// The median of one figure of a contender.
    pub fn median(&self, contender: usize, figure: impl Fn(&S) -> f64) -> f64 {
        median(self.samples[contender].iter().map(figure))
    }

    /// The median over the rounds of a contender's figure as a multiple of the floor's.
    pub fn ratio(&self, contender: usize, floor: usize, figure: impl Fn(&S) -> f64) -> f64 {
        median(self.ratios(contender, floor, figure))
    }

    /// Where that median lies with 95 % confidence, as text: the rounds drawn anew a thousand times, with replacement
    /// (the percentile bootstrap).
    pub fn interval(&self, contender: usize, floor: usize, figure: impl Fn(&S) -> f64) -> String {
        let ratios: Vec<_> = self.ratios(contender, floor, figure).collect();
        let mut random = fastrand::Rng::with_seed(1);
        let mut drawn = || median(ratios.iter().map(|_| ratios[random.usize(..ratios.len())]));
        let mut medians: Vec<_> = (0..1000).map(|_| drawn()).collect();
        medians.sort_by(f64::total_cmp);
        format!("{:.3}–{:.3}", medians[25], medians[974])
    }

    fn ratios(
        &self,
        contender: usize,
        floor: usize,
        figure: impl Fn(&S) -> f64,
    ) -> impl Iterator<Item = f64> {
        let pairs = self.samples[contender].iter().zip(&self.samples[floor]);
        pairs.map(move |(sample, floor)| figure(sample) / figure(floor))
    }
}

/// The median; of an even number of values the mean of the middle two. Not a number for none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values = Vec::from_iter(values);
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_or_between_the_middle_two() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median([]).is_nan());
    }

    #[test]
    fn ratios_are_formed_within_a_round() {
        // The second round is three times as fast for everybody; the ratio does not see it.
        let mut figures = [1.0, 2.0, 6.0, 3.0].into_iter();
        let rounds = Rounds::run(2, 2, |_| figures.next().unwrap());
        assert_eq!(rounds.ratio(1, 0, |figure| *figure), 2.0);
        assert_eq!(rounds.interval(1, 0, |figure| *figure), "2.000–2.000");
    }

    #[test]
    fn an_interval_lies_around_the_median_and_within_what_was_seen() {
        let mut figure = 0.0;
        let rounds = Rounds::run(2, 21, |contender| {
            figure += 1.0;
            if contender == 0 { 100.0 } else { figure }
        });
        let interval = rounds.interval(1, 0, |figure| *figure);
        let (low, high) = interval.split_once('–').unwrap();
        let [low, high] = [low, high].map(|end| end.parse::<f64>().unwrap());
        let middle = rounds.ratio(1, 0, |figure| *figure);
        assert!(0.02 < low && low < middle && middle < high && high < 0.41, "{interval}");
    }
}
