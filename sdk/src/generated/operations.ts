// Made from openapi.json by `npm run generate`.
import type { operations } from './schema.js';

/** Every operation of the interface. */
export interface Operations {
  'POST /v1/admin/maintenance/disable': operations['disable'];
  'POST /v1/admin/maintenance/enable': operations['enable'];
  'GET /v1/admin/maintenance/status': operations['status'];
  'GET /v1/audit/logs': operations['list_audit'];
  'GET /v1/auth/api-keys': operations['list_keys'];
  'POST /v1/auth/api-keys': operations['create_key'];
  'DELETE /v1/auth/api-keys/{id}': operations['revoke_key'];
  'POST /v1/auth/api-keys/{id}/token': operations['create_token'];
  'GET /v1/config': operations['config'];
  'GET /v1/health': operations['health'];
  'GET /v1/me': operations['me'];
  'GET /v1/topups': operations['list_top_ups'];
  'POST /v1/topups': operations['create_top_up'];
  'GET /v1/topups/{id}': operations['get_top_up'];
  'POST /v1/topups/{id}/cancel': operations['cancel_top_up'];
  'POST /v1/topups/{id}/confirm': operations['confirm_top_up'];
  'POST /v1/topups/{id}/fail': operations['fail_top_up'];
  'GET /v1/users': operations['list_users'];
  'POST /v1/users': operations['create_user'];
  'GET /v1/users/{id}': operations['get_user'];
  'GET /v1/users/{id}/balance': operations['get_balance'];
}

/** What it takes, whether it is carried out once for each idempotency key, and whether it answers a page. */
export const OPERATIONS = {
  'POST /v1/admin/maintenance/disable': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/admin/maintenance/enable': { input: 'body', isKeyed: false, isPaged: false },
  'GET /v1/admin/maintenance/status': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/audit/logs': { input: 'query', isKeyed: false, isPaged: true },
  'GET /v1/auth/api-keys': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/auth/api-keys': { input: 'body', isKeyed: false, isPaged: false },
  'DELETE /v1/auth/api-keys/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/auth/api-keys/{id}/token': { input: 'body', isKeyed: false, isPaged: false },
  'GET /v1/config': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/health': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/me': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/topups': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/topups': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/topups/{id}': { input: null, isKeyed: false, isPaged: false },
  'POST /v1/topups/{id}/cancel': { input: 'body', isKeyed: true, isPaged: false },
  'POST /v1/topups/{id}/confirm': { input: null, isKeyed: true, isPaged: false },
  'POST /v1/topups/{id}/fail': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/users': { input: 'query', isKeyed: false, isPaged: true },
  'POST /v1/users': { input: 'body', isKeyed: true, isPaged: false },
  'GET /v1/users/{id}': { input: null, isKeyed: false, isPaged: false },
  'GET /v1/users/{id}/balance': { input: 'query', isKeyed: false, isPaged: false },
} as const satisfies Record<
  keyof Operations,
  { readonly input: 'body' | 'query' | null; readonly isKeyed: boolean; readonly isPaged: boolean }
>;
