//! Making a failing plan smaller.

use super::Plan;

/// Runs spent on making a plan smaller.
const TRIES_MAX: usize = 400;

/// The smallest plan found for which `fails` still holds: steps are left out, many at once and then fewer.
pub fn shrink(plan: &Plan, mut fails: impl FnMut(&Plan) -> bool) -> Plan {
    let mut smallest = plan.clone();
    let mut tries = 0;
    let mut size = smallest.steps.len() / 2;
    while size > 0 && tries < TRIES_MAX {
        let mut at = 0;
        let before = smallest.steps.len();
        while at < smallest.steps.len() && tries < TRIES_MAX {
            let mut candidate = smallest.clone();
            candidate.steps.drain(at..(at + size).min(smallest.steps.len()));
            tries += 1;
            if fails(&candidate) {
                smallest = candidate;
            } else {
                at += size;
            }
        }
        if size > 1 || smallest.steps.len() == before {
            size /= 2;
        }
    }
    smallest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::plan::Step;

    #[test]
    fn what_does_not_matter_is_left_out() {
        let plan = Plan::draw(7);
        let is_needed = |step: &Step| matches!(step, Step::Settle | Step::RestartRelay);
        let needed: Vec<Step> = plan.steps.iter().filter(|step| is_needed(step)).cloned().collect();
        let holds = |plan: &Plan| plan.steps.iter().filter(|step| is_needed(step)).eq(&needed);
        assert_eq!(shrink(&plan, holds).steps, needed);
    }
}
