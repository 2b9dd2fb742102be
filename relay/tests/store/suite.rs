//! Every behaviour that a store must have: written once, and a test of each store. One that stands in no list is dead code, which
//! the compiler says.

/// The tests of a store, by how it is kept.
macro_rules! suite {
    ($kept:ident) => {
        suite!($kept:
            conformance {
                a_log_grows_by_one_whoever_appends,
                the_same_submission_again_has_the_same_place_and_other_bytes_are_refused,
                messages_of_this_epoch_and_the_one_before_are_taken_and_others_refused,
                what_whoever_was_just_added_could_not_read_is_not_taken,
                of_racing_commits_one_wins_and_the_others_are_told,
                only_members_append_and_read,
                two_accounts_have_one_conversation,
                a_conversation_without_a_listed_device_gives_way_to_another_of_its_accounts,
                a_welcome_lies_in_its_inbox_until_it_is_acknowledged,
                a_resume_token_works_once_and_again_only_while_its_answer_may_be_lost,
                a_handle_is_one_accounts_and_a_log_is_appended_where_it_stands,
                a_root_key_is_one_accounts_for_good,
                heads_are_of_the_logs_as_they_stand,
                a_page_of_the_inbox_fits_a_frame_however_long_its_items_are,
                what_was_acknowledged_is_there_after_reopening,
            }
            key_packages {
                a_hundred_claimants_of_fifty_key_packages_get_fifty_and_then_the_last_resort,
                key_packages_that_are_too_old_are_not_issued_and_do_not_count,
                where_one_of_last_resort_may_not_be_given_no_devices_are_used_up,
                key_packages_that_are_replaced_are_not_issued_any_more,
                what_a_revoked_device_has_published_is_not_issued,
            }
            voids {
                a_commit_that_all_others_refuse_is_voided_and_the_group_goes_on_as_it_was,
                a_commit_that_another_has_acknowledged_stands,
                whoever_speaks_in_an_epoch_has_acknowledged_what_opened_it,
                one_refusal_among_several_waits_for_the_others_word_but_not_for_ever,
                a_refusal_that_is_not_of_the_last_commit_by_one_it_had_to_reach_is_none,
            }
            users {
                a_user_is_as_it_was_made_and_what_the_space_calls_it_is_one_users,
                users_are_listed_by_what_they_do_and_how_they_stand_the_newest_first,
                whoever_is_suspended_begins_nothing_and_keeps_what_it_has,
            }
            keys {
                a_key_is_found_by_its_id_in_the_space_that_it_opens,
                whoever_was_revoked_meanwhile_changes_nothing,
                an_account_whose_session_is_over_changes_nothing_whatever_the_door_let_through,
                keys_are_listed_the_newest_first_with_when_they_were_last_used,
                a_token_is_found_by_its_secret_until_its_time_is_over_and_it_is_dropped,
            }
            idempotency {
                an_answer_is_kept_as_long_as_it_is_to_be_and_survives_a_restart,
                a_refused_change_leaves_nothing_but_its_answer_and_its_audit_entry,
                of_many_who_ask_for_the_same_at_once_one_is_carried_out_and_all_are_answered_the_same,
                another_request_by_the_same_key_is_refused_and_changes_nothing,
                an_answer_is_its_askers_and_known_to_have_been_given,
                retention_drops_answers_when_their_time_has_passed,
            }
            orders {
                an_order_goes_from_its_terms_to_its_sellers_money,
                an_order_that_does_not_come_about_gives_the_money_back,
                what_an_order_is_not_ready_for_is_refused_and_changes_nothing,
                an_order_is_its_buyers_whole_price_or_nothing,
                an_order_is_delivered_part_by_part,
                what_its_maker_calls_an_order_is_one_orders,
                money_that_was_set_aside_for_too_long_is_free_again,
                orders_are_listed_by_their_sides_their_state_and_their_time_the_newest_first,
                an_arbiter_gives_the_money_to_either_side_or_each_a_part,
                what_is_said_in_a_dispute_stands_in_its_order_until_it_is_decided,
            }
            offers {
                a_counter_offer_takes_the_place_of_what_stood_and_who_agrees_says_to_what,
                of_two_offers_for_a_listing_one_is_agreed_to_until_its_order_is_called_off,
                an_offer_ends_by_whose_turn_it_is_or_whose_word_it_was,
                an_offer_whose_time_is_over_is_over_at_once_and_told_of_when_it_is_noted,
                offers_are_listed_by_their_listing_their_sides_and_their_state,
            }
            listings {
                a_listing_is_found_by_all_of_its_words_as_long_as_it_can_be_bought,
                the_best_is_found_first_and_a_search_goes_on_where_its_page_ended,
                listings_are_listed_by_seller_category_state_and_price_the_newest_first,
                a_category_is_there_as_long_as_something_can_be_bought_in_it,
                titles_that_somebody_may_be_about_to_write_are_suggested_once,
            }
            money {
                money_that_is_said_twice_to_have_moved_has_moved_once,
                where_it_takes_two_one_persons_word_moves_nothing_however_often_it_is_said,
                money_that_does_not_come_or_go_is_where_it_was,
                what_nobody_paid_or_committed_in_time_ends_by_itself,
                what_somebody_saw_come_does_not_end_by_its_time,
                money_that_is_sent_is_the_others_and_both_see_it,
                of_many_who_spend_the_same_money_at_once_as_many_get_it_as_there_is,
                books_come_to_the_same_when_the_store_is_opened_again,
                what_a_rail_moved_is_listed_in_its_order_and_within_a_time,
                top_ups_and_withdrawals_are_listed_by_their_owner_and_their_state,
            }
            events {
                events_are_read_behind_a_place_by_whoever_may_know_of_them,
                what_concerns_two_is_heard_by_both_and_told_in_one_order,
                what_is_kept_no_longer_was_told_before_all_that_is_kept_and_numbers_go_on,
            }
            audit {
                the_audit_log_is_one_chain_however_many_write_and_each_spaces_own,
                the_audit_log_goes_on_where_it_was_when_the_store_is_opened_again,
                the_audit_log_is_read_page_by_page_with_its_end,
                the_audit_log_is_searched_by_action_thing_user_and_time_the_newest_first,
            }
            jobs {
                a_job_that_was_taken_is_nobody_elses_until_its_lease_runs_out,
                whoever_begins_anew_takes_up_what_was_left_behind_at_once,
                what_recurs_waits_for_its_time_also_over_a_restart_and_is_there_once,
                a_job_that_failed_says_why_and_runs_again_behind_a_pause,
                a_proof_is_its_takers_for_a_day_and_one_that_found_something_is_asked_for_anew_after_a_month,
                whoever_does_not_hold_a_job_does_nothing,
                jobs_are_counted_by_their_kind,
                an_operator_lets_a_job_run_now_and_the_audit_log_says_so,
            }
            webhooks {
                each_endpoint_is_told_once_of_what_it_wants_and_has_happened_since,
                a_delivery_says_what_was_told_and_is_done_when_it_was_taken,
                a_delivery_that_fails_is_sent_again_until_it_is_dead_and_somebody_looks,
                an_endpoint_that_does_nothing_but_fail_or_is_gone_is_told_nothing_more,
                an_endpoint_that_is_enabled_again_is_told_what_waited,
                whoever_missed_more_than_one_turn_goes_through_is_told_all_of_it,
                an_endpoint_that_moves_has_not_failed_where_it_is_now,
                an_endpoint_that_is_deleted_is_gone_with_its_deliveries_and_no_others,
                both_secrets_sign_for_a_day_after_one_took_the_others_place,
                deliveries_are_listed_page_by_page_and_dropped_when_nobody_looks_any_more,
            }
            maintenance {
                while_nothing_may_be_changed_only_administration_is_done_also_over_a_restart,
                what_is_over_waits_until_something_may_be_changed_again,
                nothing_may_be_changed_in_the_space_alone_that_says_so,
            }
            spaces {
                a_space_is_made_once_and_found_by_its_name,
                two_spaces_with_the_same_content_see_and_change_nothing_of_each_others,
                each_space_has_its_own_work_and_does_no_others,
            }
        );
    };
    ($kept:ident: $($part:ident { $($behaviour:ident,)+ })+) => {
        mod suite {
            $(mod $part {
                $(#[tokio::test]
                async fn $behaviour() {
                    crate::$part::$behaviour::<super::super::$kept>().await;
                })+
            })+
        }
    };
}
