//! Every check as a test of its own.

/// Instantiates the whole suite as `#[test]`s, each named after its check.
///
/// It takes the name of an `async fn(Check)` that calls the check with an empty store. The tests run in parallel, so
/// each call makes a store of its own.
#[macro_export]
macro_rules! contract_suite {
    ($on:ident) => {
        $crate::contract_suite! { $on;
            users:
                a_user_comes_back_as_inserted,
                an_unknown_user_is_none,
                many_users_are_found_at_once,
                a_user_is_found_by_address_in_any_spelling,
                an_address_belongs_to_one_user_in_any_spelling,
                an_id_belongs_to_one_user,
                a_deleted_user_is_gone_and_the_address_free,
                deleting_a_user_takes_sessions_and_items_along;
            user_changes:
                a_change_changes_only_what_it_names,
                every_field_can_change_at_once,
                some_none_clears_the_name,
                empty_changes_only_read,
                a_missing_user_is_not_changed,
                an_address_of_somebody_else_is_refused_in_any_spelling,
                ones_own_address_may_be_spelled_anew,
                a_password_hash_is_replaced_only_if_it_is_the_current_one,
                a_first_password_can_be_set,
                the_recipes_of_passwords_are_known_each_once;
            sessions:
                a_session_comes_back_as_inserted,
                a_session_needs_its_user,
                without_the_user_there_is_no_holder,
                an_unknown_session_leaves_the_user_alone,
                a_foreign_session_is_not_the_holders,
                a_session_that_is_over_is_still_found,
                a_session_is_revoked_once,
                a_user_was_seen_last_by_whichever_session,
                an_unknown_session_is_not_revoked,
                all_live_sessions_of_one_user_are_revoked,
                the_session_to_keep_is_kept,
                keeping_a_foreign_session_keeps_none;
            renewals:
                a_cookie_session_is_found_by_its_secret,
                some_cookie_sessions_are_found_at_once,
                a_secret_is_good_for_its_kind_of_session_only,
                a_secret_belongs_to_one_session,
                a_session_is_found_to_be_renewed,
                a_rotation_puts_the_next_token_in_force,
                a_token_is_rotated_once,
                a_session_that_is_over_is_neither_renewed_nor_used,
                a_use_is_noted,
                a_use_that_was_noted_by_a_clock_that_was_ahead_is_noted_anew,
                the_first_use_of_a_new_generation_is_noted_at_once;
            session_lists:
                live_sessions_are_listed_those_first_that_were_used_last,
                all_sessions_of_a_user_are_walked_over,
                sessions_beyond_the_most_are_ended_those_first_that_were_not_used,
                sessions_that_are_over_are_pruned;
            known_clients:
                a_client_is_known_by_device_and_by_range,
                a_client_that_is_seen_again_is_seen_last,
                no_more_clients_of_a_user_are_remembered_than_there_may_be,
                a_client_needs_its_user,
                clients_that_nobody_saw_for_long_are_forgotten;
            workers:
                a_worker_is_seen_last_when_it_is_noted_again,
                a_worker_that_is_gone_is_forgotten;
            rate_limits:
                no_more_permits_are_granted_than_there_are,
                permits_come_back_one_by_one,
                a_full_bucket_holds_no_more_than_its_permits,
                buckets_do_not_share_permits,
                a_permit_that_is_given_back_can_be_taken_again,
                a_bucket_that_is_refilled_is_full,
                of_many_takers_at_once_exactly_as_many_succeed_as_there_are_permits,
                what_a_clock_took_that_was_ahead_holds_nobody_off_for_longer,
                two_clocks_a_minute_apart_share_permits,
                full_buckets_are_pruned;
            audit:
                an_event_comes_back_as_recorded,
                an_event_of_every_kind_comes_back,
                an_id_belongs_to_one_event,
                a_dropped_unit_records_nothing,
                events_outlive_the_user,
                events_are_found_by_what_they_are_about,
                a_walk_over_events_meets_each_once,
                events_are_counted_by_day,
                old_events_are_pruned;
            items:
                an_item_comes_back_as_inserted,
                an_unknown_item_is_none,
                an_item_needs_its_owner,
                of_many_items_at_once_no_more_are_added_than_fit,
                a_change_changes_only_what_it_names,
                some_none_clears_the_description,
                empty_changes_only_read,
                an_item_is_deleted_once;
            one_time_tokens:
                a_token_comes_back_as_issued,
                the_current_token_is_the_users_own_of_that_purpose,
                a_token_needs_its_user,
                expired_tokens_of_a_purpose_are_found,
                a_digest_belongs_to_one_token,
                an_unknown_digest_finds_nothing,
                a_token_is_good_for_its_purpose_only,
                a_token_expires_to_the_microsecond,
                a_token_is_consumed_once,
                a_newer_token_supersedes_the_older_one_of_its_purpose,
                all_tokens_of_one_user_are_revoked,
                deleting_a_user_takes_the_tokens_along,
                expired_tokens_are_pruned,
                a_dropped_unit_changes_no_token;
            claims:
                a_message_comes_back_as_enqueued,
                a_message_of_every_template_is_claimed,
                an_id_belongs_to_one_message,
                an_unknown_message_is_none,
                a_dropped_unit_enqueues_nothing,
                what_was_due_first_is_claimed_first,
                each_lane_has_its_messages_in_its_order,
                a_claim_passes_over_domains,
                what_a_clock_ahead_put_off_is_brought_forward,
                a_message_is_claimed_from_when_it_is_due,
                a_claimed_message_is_claimed_again_when_its_lease_ran_out,
                sent_and_dead_messages_are_not_claimed,
                the_next_message_due_is_known,
                claims_that_overlap_share_nothing,
                an_address_keeps_its_canonical_form;
            deliveries:
                a_sent_message_is_finished_and_its_token_gone,
                a_failed_attempt_is_followed_by_the_next,
                a_message_given_up_is_dead,
                a_resolved_message_says_what_was_found,
                an_attempt_whose_message_was_claimed_again_has_no_say,
                a_late_attempt_has_its_say_while_nobody_else_has_the_message,
                a_message_that_nobody_holds_is_marked_by_nobody,
                an_error_may_hold_anything;
            outbox_upkeep:
                a_dead_message_is_queued_anew,
                a_waiting_message_is_brought_forward,
                a_message_that_is_being_sent_or_was_sent_is_not_retried,
                all_dead_messages_are_queued_anew,
                a_discarded_message_is_gone,
                messages_go_with_the_user_that_they_are_about,
                notices_that_are_let_go_outlive_the_user,
                a_message_about_a_user_needs_its_user,
                messages_about_one_user_are_walked_over,
                finished_messages_are_pruned,
                what_is_not_finished_is_not_pruned,
                the_statistics_count_what_is_owed_and_what_is_dead;
            units_of_work:
                a_commit_makes_everything_visible,
                a_drop_leaves_nothing,
                a_unit_sees_its_own_writes,
                nobody_else_sees_a_unit_before_its_commit,
                a_read_handle_sees_what_is_committed_meanwhile,
                a_unit_that_failed_refuses_every_call,
                a_unit_that_failed_leaves_nothing,
                not_found_is_no_failure,
                every_constraint_that_is_violated_fails_the_unit;
            locks:
                a_locked_user_stays_as_it_is_until_the_unit_ends,
                the_active_superusers_are_locked_in_the_order_of_their_ids,
                without_superusers_nobody_is_locked,
                locking_superusers_again_sees_the_units_own_writes;
            lists_of_users:
                each_order_is_total,
                an_address_or_a_name_is_found_by_any_part,
                searching_ignores_case_beyond_ascii,
                nothing_in_a_search_is_special,
                an_empty_search_finds_everybody,
                a_search_without_a_match_is_an_empty_page,
                the_count_ignores_paging,
                more_tells_whether_rows_follow,
                a_page_may_be_out_of_bounds,
                an_empty_store_has_an_empty_page,
                a_cursor_need_not_be_a_row,
                users_are_filtered_by_rank_and_state;
            lists_of_items:
                each_order_is_total,
                titles_sort_folded_and_by_code_point,
                a_list_is_of_one_owner_or_of_everybody,
                a_title_or_a_description_is_found_by_any_part,
                searching_ignores_case_beyond_ascii,
                nothing_in_a_search_is_special,
                a_search_follows_changes,
                the_count_ignores_paging,
                more_tells_whether_rows_follow,
                a_page_may_be_out_of_bounds,
                a_cursor_need_not_be_a_row;
            lists_of_messages:
                each_order_is_total,
                a_list_is_of_one_state_or_of_all,
                an_address_is_found_by_any_part,
                nothing_in_a_search_is_special,
                the_count_ignores_paging,
                more_tells_whether_rows_follow,
                a_cursor_need_not_be_a_row;
            walks:
                a_walk_over_users_meets_each_once,
                a_walk_over_items_meets_each_once,
                a_walk_over_found_items_meets_each_once,
                a_walk_over_messages_meets_each_once,
                a_walk_over_users_bears_changes,
                a_walk_over_items_bears_changes;
            races:
                of_many_inserts_of_an_address_one_succeeds,
                of_many_changes_to_an_address_one_succeeds,
                of_many_deletions_of_an_item_one_succeeds,
                of_many_deletions_of_a_user_one_succeeds,
                of_many_revocations_of_a_session_one_succeeds,
                of_many_rotations_of_a_token_one_succeeds,
                of_many_replacements_of_a_password_hash_one_succeeds,
                two_superusers_cannot_take_the_rank_from_one_another,
                sessions_opened_while_the_user_is_deleted_leave_nothing,
                of_many_consumptions_of_a_token_one_succeeds,
                of_many_tokens_issued_for_one_purpose_one_is_left,
                tokens_issued_while_the_user_is_deleted_leave_nothing,
                no_message_is_claimed_by_two,
                of_many_marks_of_one_attempt_one_succeeds;
        }
    };
    ($on:ident; $($room:ident: $($check:ident),+;)+) => {
        $(
            mod $room {
                $(
                    #[test]
                    fn $check() {
                        $crate::contract::run(super::$on, |store| {
                            ::std::boxed::Box::pin($crate::contract::$room::$check(store))
                        });
                    }
                )+
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    fn names(text: &str, start: &str, end: char) -> BTreeSet<String> {
        let found = text.lines().filter_map(|line| line.trim_start().strip_prefix(start)?.split(end).next());
        found.map(str::to_owned).collect()
    }

    #[test]
    fn every_check_is_in_the_suite() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contract");
        for room in fs::read_dir(folder).unwrap() {
            let path = room.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let room = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let listed = include_str!("suite.rs").split(&format!("            {room}:\n")).nth(1);
            let listed = listed.map_or("", |rest| rest.split(';').next().unwrap_or_default());
            let listed = listed.split(',').map(|check| check.trim().to_owned()).filter(|check| !check.is_empty());
            assert_eq!(names(&text, "pub async fn ", '('), listed.collect(), "{room}");
        }
    }
}
