//! Making a failing plan smaller.

use super::Plan;
use super::plan::CLIENTS;

/// Runs spent on making a plan smaller.
const TRIES_MAX: usize = 400;

/// The smallest plan found for which `fails` still holds: steps are left out, many at once and then fewer; then clients with
/// all that they do, and what was done for their sake.
pub fn shrink(plan: &Plan, mut fails: impl FnMut(&Plan) -> bool) -> Plan {
    let mut tries = 0;
    let mut may_try = |candidate: &Plan| {
        tries += 1;
        tries <= TRIES_MAX && fails(candidate)
    };
    let mut smallest = leave_out_steps(plan.clone(), &mut may_try);
    let mut at = smallest.clients;
    while at > 0 && smallest.clients as u64 > *CLIENTS.start() {
        at -= 1;
        let candidate = smallest.without(at);
        if may_try(&candidate) {
            smallest = leave_out_steps(candidate, &mut may_try);
        }
    }
    smallest
}

fn leave_out_steps(mut smallest: Plan, may_try: &mut impl FnMut(&Plan) -> bool) -> Plan {
    let mut size = (smallest.steps.len() / 2).max(1);
    while size > 0 {
        let mut at = 0;
        let before = smallest.steps.len();
        while at < smallest.steps.len() {
            let mut candidate = smallest.clone();
            candidate.steps.drain(at..(at + size).min(smallest.steps.len()));
            if may_try(&candidate) {
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
    use crate::sim::plan::{Device, Step};

    #[test]
    fn what_does_not_matter_is_left_out() {
        let plan = Plan::draw(7);
        let is_needed = |step: &Step| matches!(step, Step::Settle | Step::RestartRelay);
        let needed: Vec<Step> = plan.steps.iter().filter(|step| is_needed(step)).cloned().collect();
        let holds = |plan: &Plan| plan.steps.iter().filter(|step| is_needed(step)).eq(&needed);
        let smaller = shrink(&plan, holds);
        assert_eq!((smaller.steps, smaller.clients), (needed, 2));
    }

    #[test]
    fn clients_that_do_not_matter_are_left_out_and_the_others_move_up() {
        let steps = vec![
            Step::Say { from: 0, to: 3 },
            Step::Rename { who: 2 },
            Step::Lie { device: Device { of: 1, is_second: true }, lie: crate::sim::lies::Lie::Repeat },
            Step::Say { from: 3, to: 1 },
        ];
        let says = |step: &Step| matches!(step, Step::Say { from, to } if from > to);
        let smaller = shrink(&Plan { seed: 1, clients: 4, steps }, |plan| plan.steps.iter().any(says));
        assert_eq!((smaller.steps, smaller.clients), (vec![Step::Say { from: 1, to: 0 }], 2));
    }

    #[test]
    fn a_client_that_matters_stays() {
        let steps = vec![Step::Say { from: 2, to: 0 }, Step::Say { from: 0, to: 1 }];
        let plan = Plan { seed: 1, clients: 3, steps };
        let smaller = shrink(&plan, |smaller| smaller.steps == plan.steps);
        assert_eq!(smaller.clients, 3);
    }

    #[test]
    fn a_plan_is_tried_only_so_often() {
        let mut tries = 0;
        shrink(&Plan::draw(7), |_| {
            tries += 1;
            false
        });
        assert!(tries <= TRIES_MAX, "{tries}");
    }
}
