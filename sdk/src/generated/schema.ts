// Made from openapi.json by `npm run generate`.

export interface paths {
    "/v1/admin/maintenance/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let everything be changed again */
        post: operations["disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/maintenance/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let nothing be changed */
        post: operations["enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/maintenance/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether anything may be changed */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the audit log in order */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List keys, the newest first, without their secrets */
        get: operations["list_keys"];
        put?: never;
        /** Make a key: its secret is shown this once */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Let a key, and every token made from it, work no longer */
        delete: operations["revoke_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/api-keys/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a token that ends by itself: it is shown this once */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this relay offers */
        get: operations["config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the relay does */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who you are */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List top-ups, the newest first */
        get: operations["list_top_ups"];
        put?: never;
        /** Ask for a top-up */
        post: operations["create_top_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a top-up */
        get: operations["get_top_up"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call a top-up off, while nothing was paid */
        post: operations["cancel_top_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that the money came */
        post: operations["confirm_top_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/topups/{id}/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that the money will not come */
        post: operations["fail_top_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List users, the newest first */
        get: operations["list_users"];
        put?: never;
        /** Make a user */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a user */
        get: operations["get_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at what a user has */
        get: operations["get_balance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An entry of the audit log. */
        AuditView: {
            /** @description What was done, by whom. */
            entry: Record<string, unknown>;
            /** @description Its hash, over the one before and the text of `entry`. */
            hash: string;
            /**
             * Format: int64
             * @description Its place, from 1.
             */
            number: number;
        };
        /** @description What a user has. */
        BalanceView: {
            /**
             * @description What it may spend.
             * @example 20.00
             */
            available: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /**
             * @description What is set aside of it.
             * @example 80.00
             */
            reserved: string;
            /**
             * @description Both.
             * @example 100.00
             */
            total: string;
            /** @description Who. */
            user_id: string;
        };
        /** @description Why a top-up is called off. */
        CancelTopUp: {
            /** @description Why. */
            reason?: string | null;
        };
        /** @description What this relay offers. */
        ConfigView: {
            /** @description What amounts may be of. */
            currencies: components["schemas"]["CurrencyView"][];
            /** @description How much may be asked for. */
            limits: components["schemas"]["LimitsView"];
            /** @description What runs here. */
            version: string;
        };
        /** @description A key to be made. */
        CreateKey: {
            /**
             * @description What you call it.
             * @example shop
             */
            name: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
        };
        /** @description A token to be made. */
        CreateToken: {
            /** @description What it may do: no more than the key, and all of that if nothing is said. */
            scopes?: components["schemas"]["Scope"][] | null;
            /**
             * Format: int32
             * @description How long it works, in seconds.
             * @default 900
             */
            ttl_seconds: number | null;
        };
        /** @description A top-up to be made. */
        CreateTopUp: {
            /**
             * @description How much: a text with as many places as the currency has.
             * @example 100.00
             */
            amount: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description What you want to find again. */
            metadata?: Record<string, unknown>;
            /**
             * @description Where its owner goes on.
             * @example https://shop.example.org/paid
             */
            return_url: string;
            /** @description Whose. */
            user_id: string;
        };
        /** @description A user to be made. */
        CreateUser: {
            /** @description Where to reach it. */
            email?: string | null;
            /**
             * @description What you call it: unique in your space.
             * @example customer-42
             */
            external_user_id: string;
            /** @description What you want to find again. */
            metadata?: Record<string, unknown>;
            /** @description What it does. */
            type: components["schemas"]["UserKind"];
        };
        /** @description A currency. */
        CurrencyView: {
            /**
             * @description How it is written.
             * @example USD
             */
            code: string;
            /**
             * Format: int32
             * @description Places behind the point.
             */
            scale: number;
        };
        /** @description What the relay stands on. */
        Dependencies: {
            /** @description Where everything is kept. */
            database: components["schemas"]["Dependency"];
        };
        /** @description One of them. */
        Dependency: {
            /** @description How it does. */
            status: components["schemas"]["Status"];
        };
        /** @description What people are told meanwhile. */
        EnableMaintenance: {
            /**
             * @description Why, and for how long.
             * @example Back at 14:00 UTC.
             */
            message: string;
        };
        /** @description Why the money will not come. */
        FailTopUp: {
            /** @description Why. */
            reason: string;
        };
        /** @description How the relay does. */
        HealthView: {
            /** @description Its parts. */
            dependencies: components["schemas"]["Dependencies"];
            /** @description All of it: as well as the least well of its parts. */
            status: components["schemas"]["Status"];
            /** @description When this was found out. */
            timestamp: string;
            /** @description What runs here. */
            version: string;
        };
        /** @description A key, without its secret. */
        KeyView: {
            /** @description When it was made. */
            created_at: string;
            /**
             * @description Its id.
             * @example key_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description When it was last used, to about a minute. */
            last_used_at?: string | null;
            /** @description What people call it. */
            name: string;
            /** @description When it was revoked. */
            revoked_at?: string | null;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
        };
        /** @description How much may be asked for. */
        LimitsView: {
            /** @description Bytes of a body. */
            body_bytes: number;
            /**
             * Format: int32
             * @description Requests in a minute, of a key or an account.
             */
            requests_per_minute: number;
        };
        /** @description Whether anything may be changed. */
        MaintenanceView: {
            /** @description Whether nothing may. */
            enabled: boolean;
            /** @description Why. */
            message?: string | null;
        };
        /** @description A page of a list. */
        Many_AuditView: {
            /** @description What is on this page. */
            data: {
                /** @description What was done, by whom. */
                entry: Record<string, unknown>;
                /** @description Its hash, over the one before and the text of `entry`. */
                hash: string;
                /**
                 * Format: int64
                 * @description Its place, from 1.
                 */
                number: number;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_KeyView: {
            /** @description What is on this page. */
            data: {
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Its id.
                 * @example key_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description When it was last used, to about a minute. */
                last_used_at?: string | null;
                /** @description What people call it. */
                name: string;
                /** @description When it was revoked. */
                revoked_at?: string | null;
                /** @description What it may do. */
                scopes: components["schemas"]["Scope"][];
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_TopUpView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description How much.
                 * @example 100.00
                 */
                amount: string;
                /** @description Where its owner goes on. */
                confirmation_uri?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /**
                 * @description Its id.
                 * @example topup_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description What the provider calls it. */
                provider_ref?: string | null;
                /**
                 * @description How far it is.
                 * @example TOPUP_AWAITING_USER_CONFIRMATION
                 */
                status: string;
                /** @description Since when it stands so. */
                updated_at: string;
                /** @description Whose. */
                user_id: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_UserView: {
            /** @description What is on this page. */
            data: {
                /** @description The account it is, if it is one. */
                account?: string | null;
                /** @description When it was made. */
                created_at: string;
                /** @description Where to reach it. */
                email?: string | null;
                /** @description What the space calls it. */
                external_user_id?: string | null;
                /**
                 * @description Its id.
                 * @example usr_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description How it stands. */
                status: components["schemas"]["UserStatus"];
                /** @description What it does. */
                type: components["schemas"]["UserKind"];
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description Who asks. */
        MeView: {
            account?: components["schemas"]["MyAccount"] | null;
            api_key?: components["schemas"]["MyKey"] | null;
            /** @description What runs here. */
            version: string;
        };
        /** @description About an answer. */
        Meta: {
            /** @description The request's id, as in the header `X-Request-ID`, in the audit log and in events. */
            request_id: string;
            /**
             * Format: date-time
             * @description When it was answered.
             */
            timestamp: string;
        };
        /** @description An account that asks. */
        MyAccount: {
            /** @description Its id. */
            id: string;
            /** @description Who it is when it trades. */
            user_id: string;
        };
        /** @description A key that asks. */
        MyKey: {
            /** @description Its id. */
            id: string;
            /** @description What it, or the token made from it, may do. */
            scopes: components["schemas"]["Scope"][];
        };
        /** @description A key that was made: its secret is shown this once. */
        NewKeyView: components["schemas"]["KeyView"] & {
            /** @description What to send as `Authorization: Bearer …`. */
            api_key: string;
        };
        /** @description One thing. */
        One_BalanceView: {
            /** @description What a user has. */
            data: {
                /**
                 * @description What it may spend.
                 * @example 20.00
                 */
                available: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /**
                 * @description What is set aside of it.
                 * @example 80.00
                 */
                reserved: string;
                /**
                 * @description Both.
                 * @example 100.00
                 */
                total: string;
                /** @description Who. */
                user_id: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_ConfigView: {
            /** @description What this relay offers. */
            data: {
                /** @description What amounts may be of. */
                currencies: components["schemas"]["CurrencyView"][];
                /** @description How much may be asked for. */
                limits: components["schemas"]["LimitsView"];
                /** @description What runs here. */
                version: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_KeyView: {
            /** @description A key, without its secret. */
            data: {
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Its id.
                 * @example key_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description When it was last used, to about a minute. */
                last_used_at?: string | null;
                /** @description What people call it. */
                name: string;
                /** @description When it was revoked. */
                revoked_at?: string | null;
                /** @description What it may do. */
                scopes: components["schemas"]["Scope"][];
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_MaintenanceView: {
            /** @description Whether anything may be changed. */
            data: {
                /** @description Whether nothing may. */
                enabled: boolean;
                /** @description Why. */
                message?: string | null;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_MeView: {
            /** @description Who asks. */
            data: {
                account?: components["schemas"]["MyAccount"] | null;
                api_key?: components["schemas"]["MyKey"] | null;
                /** @description What runs here. */
                version: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_NewKeyView: {
            /** @description A key that was made: its secret is shown this once. */
            data: components["schemas"]["KeyView"] & {
                /** @description What to send as `Authorization: Bearer …`. */
                api_key: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_TokenView: {
            /** @description A token that was made: it is shown this once. */
            data: {
                /** @description Until when it works. */
                expires_at: string;
                /** @description What it may do. */
                scopes: components["schemas"]["Scope"][];
                /** @description What to send as `Authorization: Bearer …`. */
                token: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_TopUpView: {
            /** @description Money on its way in. */
            data: {
                /**
                 * @description How much.
                 * @example 100.00
                 */
                amount: string;
                /** @description Where its owner goes on. */
                confirmation_uri?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /**
                 * @description Its id.
                 * @example topup_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description What the provider calls it. */
                provider_ref?: string | null;
                /**
                 * @description How far it is.
                 * @example TOPUP_AWAITING_USER_CONFIRMATION
                 */
                status: string;
                /** @description Since when it stands so. */
                updated_at: string;
                /** @description Whose. */
                user_id: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_UserView: {
            /** @description A user. */
            data: {
                /** @description The account it is, if it is one. */
                account?: string | null;
                /** @description When it was made. */
                created_at: string;
                /** @description Where to reach it. */
                email?: string | null;
                /** @description What the space calls it. */
                external_user_id?: string | null;
                /**
                 * @description Its id.
                 * @example usr_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description How it stands. */
                status: components["schemas"]["UserStatus"];
                /** @description What it does. */
                type: components["schemas"]["UserKind"];
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description About a page. */
        PageMeta: components["schemas"]["Meta"] & {
            /** @description Where it goes on. */
            pagination: components["schemas"]["Pagination"];
        };
        /** @description Where a list goes on. */
        Pagination: {
            /** @description Whether there is more. */
            has_more: boolean;
            /** @description What to ask for as `cursor` to get it. */
            next_cursor?: string | null;
        };
        /** @description What is wrong. */
        Problem: {
            /**
             * @description What programs go by: it never changes.
             * @example VALIDATION_ERROR
             */
            code: string;
            /** @description Facts, by the code. */
            details: Record<string, unknown>;
            /** @description What happened and what to do, for people. */
            message: string;
        };
        /** @description A refusal. */
        Refused: {
            /** @description What is wrong. */
            error: components["schemas"]["Problem"];
        };
        /**
         * @description What a key may do.
         * @enum {string}
         */
        Scope: "read" | "write" | "support";
        /**
         * @description How well something does.
         * @enum {string}
         */
        Status: "healthy" | "unhealthy";
        /** @description A token that was made: it is shown this once. */
        TokenView: {
            /** @description Until when it works. */
            expires_at: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /** @description What to send as `Authorization: Bearer …`. */
            token: string;
        };
        /** @description Money on its way in. */
        TopUpView: {
            /**
             * @description How much.
             * @example 100.00
             */
            amount: string;
            /** @description Where its owner goes on. */
            confirmation_uri?: string | null;
            /** @description When it was made. */
            created_at: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /**
             * @description Its id.
             * @example topup_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What the space wants to find again. */
            metadata: Record<string, unknown>;
            /** @description What the provider calls it. */
            provider_ref?: string | null;
            /**
             * @description How far it is.
             * @example TOPUP_AWAITING_USER_CONFIRMATION
             */
            status: string;
            /** @description Since when it stands so. */
            updated_at: string;
            /** @description Whose. */
            user_id: string;
        };
        /** @enum {string} */
        UserKind: "buyer" | "seller" | "both";
        /** @enum {string} */
        UserStatus: "ACTIVE" | "SUSPENDED";
        /** @description A user. */
        UserView: {
            /** @description The account it is, if it is one. */
            account?: string | null;
            /** @description When it was made. */
            created_at: string;
            /** @description Where to reach it. */
            email?: string | null;
            /** @description What the space calls it. */
            external_user_id?: string | null;
            /**
             * @description Its id.
             * @example usr_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What the space wants to find again. */
            metadata: Record<string, unknown>;
            /** @description How it stands. */
            status: components["schemas"]["UserStatus"];
            /** @description What it does. */
            type: components["schemas"]["UserKind"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    disable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is off */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_MaintenanceView"];
                };
            };
        };
    };
    enable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnableMaintenance"];
            };
        };
        responses: {
            /** @description It is on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_MaintenanceView"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_MaintenanceView"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_AuditView"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_KeyView"];
                };
            };
        };
    };
    create_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_NewKeyView"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `key_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_KeyView"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `key_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CreateToken"] | null;
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_TokenView"];
                };
            };
        };
    };
    config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it offers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ConfigView"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It works */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthView"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who asks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_MeView"];
                };
            };
        };
    };
    list_top_ups: {
        parameters: {
            query?: {
                /** @description Only a user's. */
                user_id?: string;
                /** @description Only those that stand so. */
                status?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of top-ups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_TopUpView"];
                };
            };
        };
    };
    create_top_up: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTopUp"];
            };
        };
        responses: {
            /** @description It waits for its owner */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_TopUpView"];
                };
            };
        };
    };
    get_top_up: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `topup_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The top-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_TopUpView"];
                };
            };
        };
    };
    cancel_top_up: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `topup_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancelTopUp"] | null;
            };
        };
        responses: {
            /** @description It is called off */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_TopUpView"];
                };
            };
        };
    };
    confirm_top_up: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `topup_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is credited */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_TopUpView"];
                };
            };
        };
    };
    fail_top_up: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `topup_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FailTopUp"];
            };
        };
        responses: {
            /** @description It has failed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_TopUpView"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description Only those that do this. */
                type?: components["schemas"]["UserKind"];
                /** @description Only those that stand so. */
                status?: components["schemas"]["UserStatus"];
                /** @description How many at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_UserView"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUser"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_UserView"];
                };
            };
        };
    };
    get_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `usr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_UserView"];
                };
            };
        };
    };
    get_balance: {
        parameters: {
            query?: {
                /** @description Of what; USD if nothing is said. */
                currency?: string;
            };
            header?: never;
            path: {
                /** @description `usr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it has; zeros if nothing ever came */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_BalanceView"];
                };
            };
        };
    };
}
