//! What happens to money, as statements of account. A line that begins with `!` is refused and changes nothing.

use ledger::{Book, Escrowed, Funds, Hold, Posting, Pot, Rail, Refusal, Split, credit, hold, send};
use protocol::{Amount, OrderId, TransferId, WithdrawalId};

use crate::actors::{BUYER, ORDER, SELLER, TOP_UP, WITHDRAWAL, dollars, in_dollars};

#[test]
fn an_order_is_released_and_its_seller_withdraws() {
    check(
        "                    buyer            seller
                        available reserved available reserved escrow  fees    world
         top up 100.00     100.00     0.00      0.00     0.00   0.00  0.00  -100.00
         reserve 80.00      20.00    80.00      0.00     0.00   0.00  0.00  -100.00
         fund               20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         release            20.00     0.00     80.00     0.00   0.00  0.00  -100.00
         withdraw 80.00     20.00     0.00      0.00    80.00   0.00  0.00  -100.00
         paid out           20.00     0.00      0.00     0.00   0.00  0.00   -20.00",
    );
}

#[test]
fn an_order_is_refunded() {
    check(
        "                    buyer            seller
                        available reserved available reserved escrow  fees    world
         top up 100.00     100.00     0.00      0.00     0.00   0.00  0.00  -100.00
         reserve 80.00      20.00    80.00      0.00     0.00   0.00  0.00  -100.00
         fund               20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         refund            100.00     0.00      0.00     0.00   0.00  0.00  -100.00",
    );
}

#[test]
fn a_dispute_is_split() {
    check(
        "                    buyer            seller
                        available reserved available reserved escrow  fees    world
         top up 100.00     100.00     0.00      0.00     0.00   0.00  0.00  -100.00
         reserve 80.00      20.00    80.00      0.00     0.00   0.00  0.00  -100.00
         fund               20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         !split 48.00 31.99 20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         !split 48.00 32.01 20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         !split 80.00 0.00  20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         !split 0.00 80.00  20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         split 48.00 32.00  52.00     0.00     48.00     0.00   0.00  0.00  -100.00",
    );
}

#[test]
fn a_fee_is_taken_from_the_sellers_part() {
    check(
        "                            buyer            seller
                                available reserved available reserved escrow  fees    world
         top up 100.00             100.00     0.00      0.00     0.00   0.00  0.00  -100.00
         reserve 80.00              20.00    80.00      0.00     0.00   0.00  0.00  -100.00
         fund                       20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         !release fee 80.00         20.00     0.00      0.00     0.00  80.00  0.00  -100.00
         release fee 2.40           20.00     0.00     77.60     0.00   0.00  2.40  -100.00
         !withdraw 77.61            20.00     0.00     77.60     0.00   0.00  2.40  -100.00
         withdraw 77.60             20.00     0.00      0.00    77.60   0.00  2.40  -100.00
         paid out                   20.00     0.00      0.00     0.00   0.00  2.40   -22.40",
    );
    check(
        "                            buyer            seller
                                available reserved available reserved escrow  fees    world
         top up 80.00               80.00     0.00      0.00     0.00   0.00  0.00   -80.00
         reserve 80.00               0.00    80.00      0.00     0.00   0.00  0.00   -80.00
         fund                        0.00     0.00      0.00     0.00  80.00  0.00   -80.00
         !split 48.00 32.00 fee 48.00 0.00    0.00      0.00     0.00  80.00  0.00   -80.00
         split 48.00 32.00 fee 1.44 32.00     0.00     46.56     0.00   0.00  1.44   -80.00",
    );
}

#[test]
fn what_was_reserved_comes_back_if_the_order_is_off() {
    for settled in ["cancel", "expire"] {
        check(&format!(
            "                buyer            seller
                        available reserved available reserved escrow  fees    world
             top up 100.00 100.00     0.00      0.00     0.00   0.00  0.00  -100.00
             !reserve 0.00 100.00     0.00      0.00     0.00   0.00  0.00  -100.00
             !reserve 100.01 100.00   0.00      0.00     0.00   0.00  0.00  -100.00
             reserve 100.00  0.00   100.00      0.00     0.00   0.00  0.00  -100.00
             {settled}     100.00     0.00      0.00     0.00   0.00  0.00  -100.00
             !reserve 1.00 100.00     0.00      0.00     0.00   0.00  0.00  -100.00",
        ));
    }
}

#[test]
fn a_withdrawal_that_fails_or_is_not_committed_in_time_comes_back() {
    for settled in ["fails", "expires"] {
        check(&format!(
            "                    buyer            seller
                            available reserved available reserved escrow  fees    world
             top up 100.00     100.00     0.00      0.00     0.00   0.00  0.00  -100.00
             reserve 100.00      0.00   100.00      0.00     0.00   0.00  0.00  -100.00
             fund                0.00     0.00      0.00     0.00 100.00  0.00  -100.00
             release             0.00     0.00    100.00     0.00   0.00  0.00  -100.00
             withdraw 30.00      0.00     0.00     70.00    30.00   0.00  0.00  -100.00
             withdrawal {settled} 0.00     0.00    100.00     0.00   0.00  0.00  -100.00",
        ));
    }
}

#[test]
fn a_top_up_is_charged_back_unless_it_was_spent_and_does_not_come_again() {
    check(
        "                    buyer            seller
                        available reserved available reserved escrow  fees    world
         top up 100.00     100.00     0.00      0.00     0.00   0.00  0.00  -100.00
         reserve 0.01       99.99     0.01      0.00     0.00   0.00  0.00  -100.00
         !charge back       99.99     0.01      0.00     0.00   0.00  0.00  -100.00
         cancel            100.00     0.00      0.00     0.00   0.00  0.00  -100.00
         charge back         0.00     0.00      0.00     0.00   0.00  0.00     0.00
         top up 100.00       0.00     0.00      0.00     0.00   0.00  0.00     0.00",
    );
}

#[test]
fn money_is_sent_from_what_is_available_and_no_other() {
    check(
        "                    buyer            seller
                        available reserved available reserved escrow  fees    world
         top up 100.00     100.00     0.00      0.00     0.00   0.00  0.00  -100.00
         reserve 80.00      20.00    80.00      0.00     0.00   0.00  0.00  -100.00
         !send 20.01        20.00    80.00      0.00     0.00   0.00  0.00  -100.00
         !send 0.00         20.00    80.00      0.00     0.00   0.00  0.00  -100.00
         send 12.50          7.50    80.00     12.50     0.00   0.00  0.00  -100.00
         !send 7.51          7.50    80.00     12.50     0.00   0.00  0.00  -100.00
         send 7.50           0.00    80.00     20.00     0.00   0.00  0.00  -100.00
         withdraw 20.00      0.00    80.00      0.00    20.00   0.00  0.00  -100.00",
    );
}

/// What a statement has columns for.
const COLUMNS: [Pot; 7] = [
    Pot::Available(BUYER),
    Pot::Reserved(BUYER),
    Pot::Available(SELLER),
    Pot::Reserved(SELLER),
    Pot::Escrow(ORDER),
    Pot::Fees,
    Pot::Clearing(Rail::MANUAL),
];

/// Does what each line says, and compares what the accounts hold with its last columns.
#[track_caller]
fn check(statement: &str) {
    let mut book = Book::default();
    for line in statement.lines().skip(2) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (operation, expected) = words.split_at(words.len() - COLUMNS.len());
        let (is_refused, operation) = match operation[0].strip_prefix('!') {
            Some(first) => (true, [&[first], &operation[1..]].concat()),
            None => (false, operation.to_vec()),
        };
        let outcome = posting(&book, &operation)
            .map_err(Into::into)
            .and_then(|posting| book.post(&posting).map_err(Box::<dyn std::error::Error>::from));
        assert_eq!(outcome.is_err(), is_refused, "{line}: {outcome:?}");
        assert_eq!(
            COLUMNS.map(|pot| book.balance(in_dollars(pot)).minor()).as_slice(),
            minors(expected),
            "{line}"
        );
        assert_eq!(book.balances().values().map(|balance| balance.minor()).sum::<i64>(), 0, "{line}");
    }
}

fn minors(columns: &[&str]) -> Vec<i64> {
    columns.iter().map(|column| column.replace('.', "").parse().expect("an amount")).collect()
}

fn posting(book: &Book, operation: &[&str]) -> Result<Posting, Refusal> {
    match *operation {
        ["top", "up", amount] => credit(TOP_UP, BUYER, Rail::MANUAL, dollars(amount)),
        ["charge", "back"] => match book.funds(TOP_UP) {
            Some(Funds::Credited(credited)) => Ok(credited.charge_back()),
            other => panic!("the top-up is not there: {other:?}"),
        },
        ["reserve", amount] => hold(ORDER, BUYER, dollars(amount)),
        ["fund"] => Ok(held(book).post()),
        ["cancel"] => Ok(held(book).void()),
        ["expire"] => Ok(held(book).expire()),
        ["release"] => escrowed(book).release(SELLER, Amount::ZERO),
        ["release", "fee", fee] => escrowed(book).release(SELLER, dollars(fee).amount),
        ["refund"] => Ok(escrowed(book).refund()),
        ["split", seller, buyer] => escrowed(book).split(SELLER, parts(seller, buyer), Amount::ZERO),
        ["split", seller, buyer, "fee", fee] => {
            escrowed(book).split(SELLER, parts(seller, buyer), dollars(fee).amount)
        }
        ["send", amount] => {
            // Each is a transfer of its own.
            let id = u8::try_from(book.log().len()).expect("a short statement");
            send(TransferId::from_bytes([id; 16]), BUYER, SELLER, dollars(amount))
        }
        ["withdraw", amount] => hold(WITHDRAWAL, SELLER, dollars(amount)),
        ["paid", "out"] => Ok(withdrawing(book).post(Rail::MANUAL)),
        ["withdrawal", "fails"] => Ok(withdrawing(book).void()),
        ["withdrawal", "expires"] => Ok(withdrawing(book).expire()),
        _ => panic!("no such operation: {operation:?}"),
    }
}

fn parts(seller: &str, buyer: &str) -> Split {
    Split { to_seller: dollars(seller).amount, to_buyer: dollars(buyer).amount }
}

fn held(book: &Book) -> Hold<OrderId> {
    let Some(Funds::HeldForOrder(hold)) = book.funds(ORDER) else { panic!("nothing is held for the order") };
    hold
}

fn escrowed(book: &Book) -> Escrowed {
    let Some(Funds::Escrowed(escrowed)) = book.funds(ORDER) else { panic!("the order is not funded") };
    escrowed
}

fn withdrawing(book: &Book) -> Hold<WithdrawalId> {
    let Some(Funds::HeldForWithdrawal(hold)) = book.funds(WITHDRAWAL) else { panic!("nothing is withdrawn") };
    hold
}
