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

    /// The smallest and the largest of the rounds' ratios: how far to trust their median.
    pub fn spread(&self, contender: usize, floor: usize, figure: impl Fn(&S) -> f64) -> (f64, f64) {
        self.ratios(contender, floor, figure)
            .fold((f64::INFINITY, 0.0), |(low, high), ratio| (low.min(ratio), high.max(ratio)))
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
        assert_eq!(rounds.spread(1, 0, |figure| *figure), (2.0, 2.0));
    }
}
