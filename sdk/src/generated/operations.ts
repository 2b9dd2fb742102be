// Made from openapi.json by `npm run generate`.
import type { operations } from './schema.js';

/** Every operation of the interface. */
export interface Operations {
  'GET /v1/admin/jobs/{id}': operations['get_job'];
  'POST /v1/admin/maintenance/disable': operations['disable'];
  'POST /v1/admin/maintenance/enable': operations['enable'];
  'GET /v1/admin/maintenance/status': operations['status'];
  'POST /v1/admin/reconcile': operations['reconcile'];
  'GET /v1/audit/logs': operations['list_audit'];
  'GET /v1/auth/api-keys': operations['list_keys'];
  'POST /v1/auth/api-keys': operations['create_key'];
  'DELETE /v1/auth/api-keys/{id}': operations['revoke_key'];
  'POST /v1/auth/api-keys/{id}/token': operations['create_token'];
  'GET /v1/categories': operations['list_categories'];
  'GET /v1/config': operations['config'];
  'GET /v1/disputes': operations['list_disputes'];
  'GET /v1/disputes/{id}': operations['get_dispute'];
  'POST /v1/disputes/{id}/assign': operations['assign_dispute'];
  'POST /v1/disputes/{id}/comment': operations['comment_dispute'];
  'GET /v1/disputes/{id}/comments': operations['list_comments'];
  'POST /v1/disputes/{id}/resolve': operations['resolve_dispute'];
  'GET /v1/events': operations['stream_events'];
  'GET /v1/health': operations['health'];
  'GET /v1/health/detailed': operations['detailed_health'];
  'GET /v1/listings': operations['list_listings'];
  'POST /v1/listings': operations['create_listing'];
  'GET /v1/listings/suggestions': operations['suggest'];
  'DELETE /v1/listings/{id}': operations['remove_listing'];
  'GET /v1/listings/{id}': operations['get_listing'];
  'PATCH /v1/listings/{id}': operations['edit_listing'];
  'POST /v1/listings/{id}/pause': operations['pause_listing'];
  'POST /v1/listings/{id}/publish': operations['publish_listing'];
  'POST /v1/listings/{id}/resume': operations['resume_listing'];
  'GET /v1/me': operations['me'];
  'GET /v1/offers': operations['list_offers'];
  'POST /v1/offers': operations['make_offer'];
  'GET /v1/offers/{id}': operations['get_offer'];
  'POST /v1/offers/{id}/accept': operations['accept_offer'];
  'POST /v1/offers/{id}/counter': operations['counter_offer'];
  'POST /v1/offers/{id}/decline': operations['decline_offer'];
  'POST /v1/offers/{id}/withdraw': operations['withdraw_offer'];
  'GET /v1/orders': operations['list_orders'];
  'POST /v1/orders': operations['create_order'];
  'GET /v1/orders/{id}': operations['get_order'];
  'POST /v1/orders/{id}/cancel': operations['cancel_order'];
  'POST /v1/orders/{id}/disputes': operations['open_dispute'];
  'GET /v1/orders/{id}/escrow': operations['get_escrow'];
  'POST /v1/orders/{id}/escrow': operations['create_escrow'];
  'POST /v1/orders/{id}/escrow/fund': operations['fund_escrow'];
  'GET /v1/orders/{id}/milestones': operations['list_milestones'];
  'POST /v1/orders/{id}/milestones/{ref}/complete': operations['complete_milestone'];
  'POST /v1/orders/{id}/refund': operations['refund_order'];
  'POST /v1/orders/{id}/release': operations['release_order'];
  'POST /v1/orders/{id}/reserve': operations['reserve_order'];
  'GET /v1/topups': operations['list_top_ups'];
  'POST /v1/topups': operations['create_top_up'];
  'GET /v1/topups/{id}': operations['get_top_up'];
  'POST /v1/topups/{id}/cancel': operations['cancel_top_up'];
  'POST /v1/topups/{id}/confirm': operations['confirm_top_up'];
  'POST /v1/topups/{id}/fail': operations['fail_top_up'];
  'GET /v1/transfers': operations['list_transfers'];
  'POST /v1/transfers': operations['send_transfer'];
  'GET /v1/transfers/{id}': operations['get_transfer'];
  'GET /v1/users': operations['list_users'];
  'POST /v1/users': operations['create_user'];
  'GET /v1/users/{id}': operations['get_user'];
  'POST /v1/users/{id}/activate': operations['activate_user'];
  'GET /v1/users/{id}/balance': operations['get_balance'];
  'POST /v1/users/{id}/suspend': operations['suspend_user'];
  'POST /v1/webhook-deliveries/{id}/retry': operations['retry_delivery'];
  'GET /v1/webhook-endpoints': operations['list_endpoints'];
  'POST /v1/webhook-endpoints': operations['create_endpoint'];
  'DELETE /v1/webhook-endpoints/{id}': operations['delete_endpoint'];
  'GET /v1/webhook-endpoints/{id}': operations['get_endpoint'];
  'PATCH /v1/webhook-endpoints/{id}': operations['update_endpoint'];
  'GET /v1/webhook-endpoints/{id}/deliveries': operations['list_deliveries'];
  'POST /v1/webhook-endpoints/{id}/rotate-secret': operations['rotate_secret'];
  'GET /v1/withdrawals': operations['list_withdrawals'];
  'POST /v1/withdrawals': operations['create_withdrawal'];
  'DELETE /v1/withdrawals/{id}': operations['cancel_withdrawal'];
  'GET /v1/withdrawals/{id}': operations['get_withdrawal'];
  'POST /v1/withdrawals/{id}/commit': operations['commit_withdrawal'];
  'POST /v1/withdrawals/{id}/complete': operations['complete_withdrawal'];
  'POST /v1/withdrawals/{id}/fail': operations['fail_withdrawal'];
}

/** What it takes, whether it is carried out once for each idempotency key, and whether it answers a page. */
export const OPERATIONS = {
  'GET /v1/admin/jobs/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/admin/maintenance/disable': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/admin/maintenance/enable': { input: 'body', isKeyed: false, isPaged: false },
  'GET /v1/admin/maintenance/status': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/admin/reconcile': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/audit/logs': { input: 'query', isKeyed: false, isPaged: true },
  'GET /v1/auth/api-keys': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/auth/api-keys': { input: 'body', isKeyed: false, isPaged: false },
  'DELETE /v1/auth/api-keys/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/auth/api-keys/{id}/token': { input: 'body', isKeyed: false, isPaged: false },
  'GET /v1/categories': { input: 'query', isKeyed: false, isPaged: true },
  'GET /v1/config': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/disputes': { input: 'query', isKeyed: false, isPaged: true },
  'GET /v1/disputes/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/disputes/{id}/assign': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/disputes/{id}/comment': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/disputes/{id}/comments': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/disputes/{id}/resolve': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/events': { input: 'query', isKeyed: false, isPaged: false },
  'GET /v1/health': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/health/detailed': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/listings': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/listings': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/listings/suggestions': { input: 'query', isKeyed: false, isPaged: true },
  'DELETE /v1/listings/{id}': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/listings/{id}': { input: null, isKeyed: false, isPaged: false },
  'PATCH /v1/listings/{id}': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/listings/{id}/pause': { input: null, isKeyed: true, isPaged: false },
  'POST /v1/listings/{id}/publish': { input: null, isKeyed: true, isPaged: false },
  'POST /v1/listings/{id}/resume': { input: null, isKeyed: true, isPaged: false },
  'GET /v1/me': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/offers': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/offers': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/offers/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/offers/{id}/accept': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/offers/{id}/counter': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/offers/{id}/decline': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/offers/{id}/withdraw': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/orders': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/orders': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/orders/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/orders/{id}/cancel': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/orders/{id}/disputes': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/orders/{id}/escrow': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/orders/{id}/escrow': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/orders/{id}/escrow/fund': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/orders/{id}/milestones': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/orders/{id}/milestones/{ref}/complete': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/orders/{id}/refund': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/orders/{id}/release': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/orders/{id}/reserve': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/topups': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/topups': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/topups/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/topups/{id}/cancel': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/topups/{id}/confirm': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/topups/{id}/fail': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/transfers': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/transfers': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/transfers/{id}': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/users': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/users': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/users/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/users/{id}/activate': { input: null, isKeyed: true, isPaged: false },
  'GET /v1/users/{id}/balance': { input: 'query', isKeyed: false, isPaged: false },
  'POST /v1/users/{id}/suspend': { input: null, isKeyed: true, isPaged: false },
  'POST /v1/webhook-deliveries/{id}/retry': { input: null, isKeyed: true, isPaged: false },
  'GET /v1/webhook-endpoints': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/webhook-endpoints': { input: 'body', isKeyed: false, isPaged: false },
  'DELETE /v1/webhook-endpoints/{id}': { input: null, isKeyed: true, isPaged: false },
  'GET /v1/webhook-endpoints/{id}': { input: null, isKeyed: false, isPaged: false },
  'PATCH /v1/webhook-endpoints/{id}': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/webhook-endpoints/{id}/deliveries': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/webhook-endpoints/{id}/rotate-secret': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/withdrawals': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/withdrawals': { input: 'body', isKeyed: true, isPaged: false },
  'DELETE /v1/withdrawals/{id}': { input: 'body', isKeyed: false, isPaged: false },
  'GET /v1/withdrawals/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/withdrawals/{id}/commit': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/withdrawals/{id}/complete': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/withdrawals/{id}/fail': { input: 'body', isKeyed: true, isPaged: false },
} as const satisfies Record<
  keyof Operations,
  { readonly input: 'body' | 'query' | null; readonly isKeyed: boolean; readonly isPaged: boolean }
>;
