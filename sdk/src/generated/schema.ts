// Made from openapi.json by `npm run generate`.

export interface paths {
    "/v1/admin/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a job
         * @description One that is done is gone, unless it comes again and again.
         */
        get: operations["get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
    "/v1/admin/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the books proved now
         * @description Every transfer has to follow from those before it, balances have to be what transfers come to, and top-ups, orders, withdrawals and
         *     transfers between users have to have moved what they say. The books are read beside the relay's other work, as they are when the proof
         *     begins; one that is under way is what is answered. The job (`GET /v1/admin/jobs/{id}`) says what comes of it: once it waits
         *     for the next day without an `error_code` they are in order; it is `dead` with `books_not_in_order` if they are not. Nothing is corrected.
         */
        post: operations["reconcile"];
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
        /** List the audit log, the newest first */
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
    "/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List categories that have active listings */
        get: operations["list_categories"];
        put?: never;
        post?: never;
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
    "/v1/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List disputes, the newest first */
        get: operations["list_disputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a dispute */
        get: operations["get_dispute"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an arbiter look into a dispute */
        post: operations["assign_dispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}/comment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something in a dispute: either side, or the arbiter */
        post: operations["comment_dispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was said in a dispute, the oldest first */
        get: operations["list_comments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide a dispute: the money goes where it says at once */
        post: operations["resolve_dispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hear what happens
         * @description Server-sent events: `id` is the event's id, `event` its name, `data` the event as JSON (schema `Event`). Whoever is cut off sends the last
         *     `id` as `Last-Event-ID` and misses nothing; what comes twice has the same id. Beside them come `ping` (at once and every
         *     15 seconds), `reset` (what was asked to go on from is unknown or no longer kept: all that is kept follows) and `end`, whose
         *     `reason` says why the relay closes the stream: `superseded` by a newer one of the same account, `credential_ended`,
         *     `shutting_down`, `unavailable`.
         */
        get: operations["stream_events"];
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
    "/v1/health/detailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the relay does, and the space's jobs */
        get: operations["detailed_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List listings, the newest first, or those found by words, the best first
         * @description A page looks at 10,000 listings at most: where few of them are what is asked for, it may have fewer than its limit, or none, and still go on.
         */
        get: operations["list_listings"];
        put?: never;
        /** Make a listing, which its seller alone sees until it is published */
        post: operations["create_listing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listings/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What somebody may be about to write */
        get: operations["suggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a listing */
        get: operations["get_listing"];
        put?: never;
        post?: never;
        /** Take a listing away */
        delete: operations["remove_listing"];
        options?: never;
        head?: never;
        /** Have a listing say something else */
        patch: operations["edit_listing"];
        trace?: never;
    };
    "/v1/listings/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a listing aside */
        post: operations["pause_listing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listings/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a draft to everyone */
        post: operations["publish_listing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listings/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offer a listing again that was set aside */
        post: operations["resume_listing"];
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
    "/v1/offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List offers, the newest first; of an account, its own */
        get: operations["list_offers"];
        put?: never;
        /** Make an offer for a listing */
        post: operations["make_offer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at an offer */
        get: operations["get_offer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree to what stands: it becomes an order, and the listing is sold */
        post: operations["accept_offer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/{id}/counter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer with other terms */
        post: operations["counter_offer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say no to what stands */
        post: operations["decline_offer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take one's own word back */
        post: operations["withdraw_offer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List orders, the newest first */
        get: operations["list_orders"];
        put?: never;
        /** Make an order */
        post: operations["create_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at an order */
        get: operations["get_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call an order off, until its money is in escrow */
        post: operations["cancel_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for an arbiter: nothing moves until it is decided */
        post: operations["open_dispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/escrow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at an order's escrow */
        get: operations["get_escrow"];
        put?: never;
        /** Make an order's escrow */
        post: operations["create_escrow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/escrow/fund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move the money that is set aside into the escrow */
        post: operations["fund_escrow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/milestones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at an order's milestones */
        get: operations["list_milestones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/milestones/{ref}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that a part is delivered */
        post: operations["complete_milestone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay the buyer back */
        post: operations["refund_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay the seller */
        post: operations["release_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{id}/reserve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set the buyer's money aside */
        post: operations["reserve_order"];
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
        /**
         * Call a top-up off, while nothing was paid
         * @description Once somebody has said that its money came, it is not called off any more.
         */
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
        /**
         * Say that the money will not come
         * @description Once somebody has said that it came, only they may say so, who take that back.
         */
        post: operations["fail_top_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List transfers between users, the newest first */
        get: operations["list_transfers"];
        put?: never;
        /** Send money from one user to another */
        post: operations["send_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a transfer between users */
        get: operations["get_transfer"];
        put?: never;
        post?: never;
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
        /**
         * List users, the newest first
         * @description A page looks at 10,000 users at most: where few of them are what is asked for, it may have fewer than its limit, or none, and still go on.
         */
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
    "/v1/users/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let it again */
        post: operations["activate_user"];
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
    "/v1/users/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a user make no orders, top-ups and withdrawals for now; what it has, and what it agreed on, goes on */
        post: operations["suspend_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-deliveries/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a delivery now, with all its attempts, also one that was taken */
        post: operations["retry_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List endpoints, the newest first */
        get: operations["list_endpoints"];
        put?: never;
        /** Make an endpoint: it is told what happens from now on; its secret is shown this once */
        post: operations["create_endpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at an endpoint */
        get: operations["get_endpoint"];
        put?: never;
        post?: never;
        /** Forget an endpoint, with everything that was to be sent to it */
        delete: operations["delete_endpoint"];
        options?: never;
        head?: never;
        /** Change an endpoint, disable it, or enable it again */
        patch: operations["update_endpoint"];
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was sent to an endpoint or will be, the newest first */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Draw a new secret: it is shown this once, and the one before signs beside it for 24 hours */
        post: operations["rotate_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/withdrawals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List withdrawals, the newest first */
        get: operations["list_withdrawals"];
        put?: never;
        /** Ask for a withdrawal: its money is on hold from then on */
        post: operations["create_withdrawal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/withdrawals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a withdrawal */
        get: operations["get_withdrawal"];
        put?: never;
        post?: never;
        /** Call a withdrawal off, before it is committed */
        delete: operations["cancel_withdrawal"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/withdrawals/{id}/commit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a withdrawal sent */
        post: operations["commit_withdrawal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/withdrawals/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that the money was sent */
        post: operations["complete_withdrawal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/withdrawals/{id}/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that the money will not be sent
         * @description Once somebody has said that it was sent, only they may say so, who take that back.
         */
        post: operations["fail_withdrawal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Something happened
         * @description Sent to your endpoints, signed by the Standard Webhooks scheme. What is not taken is sent again, for days.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same each time it is sent. */
                    "webhook-id": string;
                    /** @description When it was sent, in seconds since 1970. */
                    "webhook-timestamp": string;
                    /** @description `v1,` and the base64 of an HMAC-SHA256, for each secret in force. */
                    "webhook-signature": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            responses: {
                /** @description It was taken. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @enum {string} */
        Actor: "buyer" | "seller" | "owner" | "support" | "relay" | "provider";
        /** @description An answer to what stands. */
        AnswerOffer: {
            /** @description Which side says so: `BUYER` or `SELLER`. An account needs not say it. */
            by?: string | null;
            /**
             * Format: int32
             * @description To which word: the offer's `round`, as you saw it.
             * @example 1
             */
            round: number;
        };
        /** @description Somebody's word that money moved, where it takes another's. */
        ApprovalView: {
            /** @description When. */
            at: string;
            /**
             * @description The key that said so, or `operator`.
             * @example key_aebagbafaydqqcikbmga2dqpca
             */
            by: string;
        };
        /** @description Who is to look into a dispute. */
        AssignDispute: {
            /** @description What you call them. */
            assigned_to: string;
        };
        /** @description An entry of the audit log. */
        AuditView: {
            /** @description What was done, by whom, and whose thing it was done to (`user_id`): `payload_before` and `payload_after` have what changed. */
            entry: Record<string, unknown>;
            /** @description Its hash, over the one before and the text of `entry`. */
            hash: string;
            /**
             * Format: int64
             * @description Its place, from 1.
             */
            number: number;
        };
        /** @description What a user had, and has. */
        BalanceChange: components["schemas"]["Sum"] & {
            /**
             * @description What can be spent.
             * @example 20.00
             */
            newAvailableBalance: string;
            /** @description What is set aside, where that has changed. */
            newReservedBalance?: string;
            /**
             * @description What could be spent before.
             * @example 100.00
             */
            previousAvailableBalance: string;
            /** @description What was set aside before, where that has changed. */
            previousReservedBalance?: string;
            /** @description Whose. */
            userId: string;
        };
        /** @description A user has more. */
        BalanceCredited: components["schemas"]["BalanceChange"] & {
            /** @description Where it came from. */
            source: components["schemas"]["CreditSource"];
            /** @description From which of these: a top-up, an order or a transfer. */
            sourceId: string;
        };
        /** @description A user has more. */
        BalanceCreditedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "balance";
            /** @enum {string} */
            eventType: "balance.credited";
            payload: components["schemas"]["BalanceCredited"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "balance.credited";
        };
        /** @description A user has less. */
        BalanceDebited: components["schemas"]["BalanceChange"] & {
            /** @description Where it went. */
            destination: components["schemas"]["DebitDestination"];
            /** @description To which of these: a withdrawal or a transfer. */
            destinationId: string;
        };
        /** @description A user has less. */
        BalanceDebitedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "balance";
            /** @enum {string} */
            eventType: "balance.debited";
            payload: components["schemas"]["BalanceDebited"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "balance.debited";
        };
        /** @description Money is no longer set aside. */
        BalanceReleased: components["schemas"]["BalanceChange"] & components["schemas"]["HoldSubject"] & {
            /** @description Why. */
            reason: components["schemas"]["ReleaseReason"];
        };
        /** @description Money is no longer set aside. */
        BalanceReleasedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "balance";
            /** @enum {string} */
            eventType: "balance.released";
            payload: components["schemas"]["BalanceReleased"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "balance.released";
        };
        /** @description Money is set aside. */
        BalanceReserved: components["schemas"]["BalanceChange"] & components["schemas"]["HoldSubject"] & {
            /** @description What for. */
            reason: components["schemas"]["ReserveReason"];
        };
        /** @description Money is set aside. */
        BalanceReservedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "balance";
            /** @enum {string} */
            eventType: "balance.reserved";
            payload: components["schemas"]["BalanceReserved"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "balance.reserved";
        };
        /** @description What a user has at a moment. */
        BalanceSnapshot: {
            /**
             * @description What it may spend.
             * @example 20.00
             */
            available: string;
            /**
             * @description What is set aside of it.
             * @example 80.00
             */
            reserved: string;
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
            /** @description Since when it is so much; nothing where there never was any. */
            updated_at?: string | null;
            /** @description Who. */
            user_id: string;
        };
        /** @description How much of a currency may be asked for at once. */
        BoundsView: {
            /**
             * @description Of which currency.
             * @example USD
             */
            currency: string;
            /** @description For an order. */
            order: components["schemas"]["EndsView"];
            /** @description For a top-up. */
            topup: components["schemas"]["EndsView"];
            /** @description To send another user. */
            transfer: components["schemas"]["EndsView"];
            /** @description For a withdrawal. */
            withdrawal: components["schemas"]["EndsView"];
        };
        /** @description Why an order is called off. */
        CancelOrder: {
            /** @description Why. */
            reason?: string | null;
        };
        /** @description Why a top-up is called off. */
        CancelTopUp: {
            /** @description Why. */
            reason?: string | null;
        };
        /** @description Why a withdrawal is called off. */
        CancelWithdrawal: {
            /** @description Why. */
            reason?: string | null;
        };
        /** @description Among what things are found. */
        CategoryView: {
            /**
             * @description What to ask for as `category`.
             * @example home & garden
             */
            id: string;
            /**
             * Format: int64
             * @description How many active listings it has.
             */
            listings: number;
            /**
             * @description How it was first written.
             * @example Home & Garden
             */
            name: string;
        };
        /** @description Something to be said in a dispute. */
        CommentDispute: {
            /** @description What. */
            message: string;
        };
        /** @description Something that was said in a dispute. */
        CommentView: {
            /**
             * @description As whom its author spoke: `buyer`, `seller` or `support`.
             * @example support
             */
            author: string;
            /** @description When. */
            created_at: string;
            /** @description In which. */
            dispute_id: string;
            /**
             * @description Its id.
             * @example cmt_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What. */
            message: string;
        };
        /** @description That the owner means it. */
        CommitWithdrawal: {
            /** @description Expected to be `true`. */
            confirm: boolean;
        };
        /** @description What the seller says to a part that is delivered. */
        CompleteMilestone: {
            /** @description What the buyer has to know. */
            note?: string | null;
        };
        /** @description What went. */
        CompleteWithdrawal: {
            /**
             * @description What the bank calls it: statements are compared by this.
             * @example NTRF-20260131-8
             */
            reference?: string | null;
        };
        /** @description What this relay offers. */
        ConfigView: {
            /** @description What amounts may be of. */
            currencies: components["schemas"]["CurrencyView"][];
            /** @description What can be done here, and what cannot. */
            features: {
                [key: string]: boolean;
            };
            /** @description How much may be asked for. */
            limits: components["schemas"]["LimitsView"];
            /** @description Whom money comes in and goes out by. */
            providers: components["schemas"]["ProvidersView"];
            /** @description What runs here. */
            version: string;
        };
        /** @description What came. */
        ConfirmTopUp: {
            /**
             * @description What the bank calls it: statements are compared by this.
             * @example NTRF-20260131-7
             */
            reference?: string | null;
        };
        /** @description Other terms. */
        CounterOffer: {
            /**
             * @description The price.
             * @example 75.00
             */
            amount: string;
            /** @description Which side says so: `BUYER` or `SELLER`. An account needs not say it. */
            by?: string | null;
            /**
             * @description Of what: as the listing has it.
             * @example USD
             */
            currency: string;
            /**
             * Format: date-time
             * @description Until when it stands: a time in UTC within three months. If nothing is said, three days.
             */
            expires_at?: string | null;
            /** @description Its parts, all of them. */
            milestones?: components["schemas"]["CreateMilestone"][];
            /**
             * Format: int32
             * @description To which word: the offer's `round`, as you saw it.
             * @example 1
             */
            round: number;
        };
        /** @description Where money is to go. */
        CreateDestination: {
            /**
             * @description Which place of that kind.
             * @example DE89370400440532013000
             */
            ref: string;
            /**
             * @description What kind of place that is.
             * @example bank
             */
            type: string;
        };
        /** @description An endpoint to be made. */
        CreateEndpoint: {
            /** @description What you call it. */
            description?: string | null;
            /**
             * @description Of what: names of events, beginnings of names such as `order.*`, or `*`.
             * @example [
             *       "order.*",
             *       "topup.succeeded"
             *     ]
             */
            types: string[];
            /**
             * @description Where to tell it: by https, on the public network.
             * @example https://shop.example.org/hooks
             */
            url: string;
        };
        /** @description An escrow to be made. */
        CreateEscrow: {
            /** @description What has to hold before it is released. */
            terms?: components["schemas"]["Terms"];
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
        /** @description A listing to be made. */
        CreateListing: {
            /**
             * @description Among what it is found; however it is written, `Home & Garden` and `home & garden` are one.
             * @example Bicycles
             */
            category: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description What else is said of it. */
            description: string;
            /** @description What you want to find again. Whoever sees the listing sees it. */
            metadata?: Record<string, unknown>;
            /**
             * @description What it costs: a text with as many places as the currency has.
             * @example 80.00
             */
            price: string;
            /** @description Who offers it. */
            seller_id: string;
            /**
             * @description What it is: a line.
             * @example Red bicycle
             */
            title: string;
        };
        /** @description A part of an order to be made. */
        CreateMilestone: {
            /**
             * @description What it is worth.
             * @example 40.00
             */
            amount: string;
            /** @description What you call it: no two of an order are called the same. */
            milestone_ref: string;
            /** @description What it is. */
            title: string;
        };
        /** @description An order to be made. */
        CreateOrder: {
            /**
             * @description The price: a text with as many places as the currency has.
             * @example 80.00
             */
            amount: string;
            /** @description Who pays. */
            buyer_id: string;
            /** @description What you call it: no two of yours are called the same. */
            client_order_ref?: string | null;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description What else is said of it. */
            description?: string | null;
            /** @description What you want to find again. Both sides see it. */
            metadata?: Record<string, unknown>;
            /** @description Its parts, which are delivered one by one and are worth the price together. */
            milestones?: components["schemas"]["CreateMilestone"][];
            /** @description Who delivers: somebody else. */
            seller_id: string;
            /**
             * @description What is bought.
             * @example A desk
             */
            title: string;
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
             * @description Where its owner goes on when it is not.
             * @example https://shop.example.org/basket
             */
            cancel_url?: string | null;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description What you want to find again. */
            metadata?: Record<string, unknown>;
            /**
             * @description Where its owner goes on when it is paid.
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
        /** @description A withdrawal to be made. */
        CreateWithdrawal: {
            /**
             * @description How much: a text with as many places as the currency has.
             * @example 80.00
             */
            amount: string;
            /** @description Whether it is sent at once; otherwise it waits to be committed. */
            commit?: boolean;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description Where to. */
            destination: components["schemas"]["CreateDestination"];
            /** @description What you want to find again. */
            metadata?: Record<string, unknown>;
            /** @description Whose. */
            user_id: string;
        };
        /**
         * @description Where money came from.
         * @enum {string}
         */
        CreditSource: "topup" | "release" | "refund" | "other";
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
        /**
         * @description Where money went.
         * @enum {string}
         */
        DebitDestination: "withdrawal" | "other";
        /** @description One event for one endpoint. */
        DeliveryView: {
            /** @description When it was last sent. */
            attempted_at?: string | null;
            /**
             * Format: int32
             * @description How often it was sent.
             */
            attempts: number;
            /** @description When it was made. */
            created_at: string;
            /** @description When it was taken. */
            delivered_at?: string | null;
            /** @description To whom. */
            endpoint_id: string;
            /**
             * @description Why it last failed.
             * @example status_refused
             */
            error_code?: string | null;
            /** @description The event's id, which is `webhook-id` of the message, however often it is sent. */
            event_id: string;
            /**
             * @description What happened.
             * @example topup.succeeded
             */
            event_type: string;
            /**
             * @description Its id.
             * @example whd_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description When it is sent again. */
            next_attempt_at?: string | null;
            /**
             * Format: int32
             * @description What was last answered, if anything was.
             */
            response_status?: number | null;
            /**
             * @description `PENDING` while it is sent or will be, `DELIVERED`, or `FAILED`.
             * @example DELIVERED
             */
            status: string;
        };
        /** @description What the relay stands on. */
        Dependencies: {
            /** @description Where everything is kept. Nothing goes without it. */
            database: components["schemas"]["Dependency"];
            /** @description What is done by and by, the daily proof of the books among it. */
            jobs: components["schemas"]["Dependency"];
            /** @description How money comes in and goes out. By hand there is nobody to ask, so that it is healthy. */
            rail: components["schemas"]["Dependency"];
        };
        /** @description One of them. */
        Dependency: {
            /**
             * @description What is wrong: `timeout`, `busy`, `unavailable`, `proof_dead` (books are not in order, or could not be proved), `expiry_stuck` (something
             *     that is over could not be ended) or `jobs_late`.
             * @example timeout
             */
            error?: string | null;
            /**
             * Format: int64
             * @description How long it took to find out.
             * @example 2
             */
            latency_ms: number;
            /** @description How it does. */
            status: components["schemas"]["Status"];
        };
        /** @enum {string} */
        DestinationKind: "bank" | "crypto" | "airtm_balance";
        /** @description Where money goes. */
        DestinationView: {
            /** @description Which place of that kind. */
            ref: string;
            /**
             * @description `bank`, `crypto` or `airtm_balance`.
             * @example bank
             */
            type: string;
        };
        /** @description How the relay does, with what is done by and by in the caller's space. */
        DetailedHealthView: components["schemas"]["HealthView"] & {
            /** @description How jobs of the space stand, by their kind; nothing where they could not be counted. */
            jobs: components["schemas"]["JobsView"][];
        };
        /** @description Somebody said something in a dispute. What was said is not told. */
        DisputeCommented: components["schemas"]["DisputePart"] & {
            /** @description Who. */
            author: components["schemas"]["Actor"];
            /** @description Which comment. */
            commentId: string;
        };
        /** @description Somebody said something in a dispute. */
        DisputeCommentedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "dispute";
            /** @enum {string} */
            eventType: "dispute.commented";
            payload: components["schemas"]["DisputeCommented"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "dispute.commented";
        };
        /** @description A dispute was opened. */
        DisputeOpened: components["schemas"]["DisputePart"] & {
            /** @description What shows it. */
            evidence: string[];
            /** @description When. */
            openedAt: string;
            /** @description By whom. */
            openedBy: components["schemas"]["Party"];
            /** @description Why. */
            reason: components["schemas"]["DisputeReason"];
        };
        /** @description A dispute was opened. */
        DisputeOpenedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "dispute";
            /** @enum {string} */
            eventType: "dispute.opened";
            payload: components["schemas"]["DisputeOpened"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "dispute.opened";
        };
        /** @description Which dispute. */
        DisputePart: {
            /** @description Which dispute. */
            disputeId: string;
            /** @description Over which order. */
            orderId: string;
        };
        /** @enum {string} */
        DisputeReason: "NOT_DELIVERED" | "QUALITY_ISSUE" | "OTHER";
        /** @description A dispute is decided. */
        DisputeResolved: components["schemas"]["DisputePart"] & components["schemas"]["Ruled"] & {
            /** @description What the arbiter says to it. */
            decisionNote?: string | null;
            /** @description When. */
            resolvedAt: string;
            /** @description By whom. */
            resolvedBy: components["schemas"]["Actor"];
        };
        /** @description A dispute is decided. */
        DisputeResolvedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "dispute";
            /** @enum {string} */
            eventType: "dispute.resolved";
            payload: components["schemas"]["DisputeResolved"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "dispute.resolved";
        };
        /** @description An arbiter looks into a dispute. */
        DisputeUnderReview: components["schemas"]["DisputePart"] & {
            /** @description When. */
            reviewStartedAt: string;
            /** @description Who. */
            reviewedBy: string;
        };
        /** @description An arbiter looks into a dispute. */
        DisputeUnderReviewEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "dispute";
            /** @enum {string} */
            eventType: "dispute.under_review";
            payload: components["schemas"]["DisputeUnderReview"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "dispute.under_review";
        };
        /** @description A disagreement over an order. */
        DisputeView: {
            /**
             * @description The buyer's part of a split.
             * @example 32.00
             */
            amount_to_buyer?: string | null;
            /**
             * @description The seller's part of a split.
             * @example 48.00
             */
            amount_to_seller?: string | null;
            /** @description Who looks into it. */
            assigned_to?: string | null;
            /** @description Who pays. */
            buyer_id: string;
            /**
             * @description `FULL_RELEASE`, `FULL_REFUND` or `SPLIT`.
             * @example SPLIT
             */
            decision?: string | null;
            /** @description What the arbiter says to it. */
            decision_note?: string | null;
            /** @description What shows it. */
            evidence: string[];
            /**
             * @description Its id.
             * @example dsp_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What they say. */
            message?: string | null;
            /** @description When it was opened. */
            opened_at: string;
            /**
             * @description `BUYER` or `SELLER`.
             * @example BUYER
             */
            opened_by: string;
            /** @description Over which. */
            order_id: string;
            /**
             * @description `NOT_DELIVERED`, `QUALITY_ISSUE` or `OTHER`.
             * @example NOT_DELIVERED
             */
            reason: string;
            /** @description When it was decided. */
            resolved_at?: string | null;
            /** @description Who delivers. */
            seller_id: string;
            /**
             * @description `OPEN`, `UNDER_REVIEW` or `RESOLVED`.
             * @example OPEN
             */
            status: string;
        };
        /** @description What a listing is to say otherwise; the rest stays. */
        EditListing: {
            /** @description Among what it is found. */
            category?: string | null;
            /**
             * @description Of what.
             * @example USD
             */
            currency?: string | null;
            /** @description What else is said of it. */
            description?: string | null;
            /** @description What you want to find again, all of it. Whoever sees the listing sees it. */
            metadata?: Record<string, unknown> | null;
            /**
             * @description What it costs; `currency` belongs to it.
             * @example 75.00
             */
            price?: string | null;
            /** @description What it is: a line. */
            title?: string | null;
        };
        /** @description What people are told meanwhile. */
        EnableMaintenance: {
            /**
             * @description Why, and for how long.
             * @example Back at 14:00 UTC.
             */
            message: string;
        };
        /** @description An endpoint did nothing but fail for so long that nothing is sent to it any more. */
        EndpointDisabled: {
            /** @description Which endpoint. */
            endpointId: string;
            /** @description Since when it has failed. */
            failingSince?: string | null;
        };
        /** @description An endpoint did nothing but fail for so long that nothing is sent to it any more. */
        EndpointDisabledEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "webhook_endpoint";
            /** @enum {string} */
            eventType: "webhook.endpoint_disabled";
            payload: components["schemas"]["EndpointDisabled"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "webhook.endpoint_disabled";
        };
        /** @description Somebody's server that is told what happens. */
        EndpointView: {
            /** @description When it was made. */
            created_at: string;
            /** @description What you call it. */
            description: string;
            /** @description Whether it is told anything. */
            enabled: boolean;
            /** @description Since when it has done nothing but fail; after five days, or when it answers 410, it is disabled. */
            failing_since?: string | null;
            /**
             * @description Its id.
             * @example whe_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description Until when the secret before signs too. */
            rotating_until?: string | null;
            /** @description Of what: names of events, beginnings of names such as `order.*`, or `*`. */
            types: string[];
            /**
             * @description Where it is told.
             * @example https://shop.example.org/hooks
             */
            url: string;
        };
        /** @description The least and the most. */
        EndsView: {
            /**
             * @description The most.
             * @example 50000.00
             */
            max: string;
            /**
             * @description The least.
             * @example 1.00
             */
            min: string;
        };
        /** @description The money is on its way into escrow. */
        EscrowContract: components["schemas"]["EscrowPart"] & {
            /** @description What the provider calls it. */
            contractId?: string | null;
        };
        /** @description An escrow was made. */
        EscrowCreatedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "escrow";
            /** @enum {string} */
            eventType: "escrow.created";
            payload: components["schemas"]["EscrowPart"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "escrow.created";
        };
        /** @description The money is in escrow. */
        EscrowFunded: components["schemas"]["EscrowContract"] & {
            /** @description When. */
            fundedAt: string;
        };
        /** @description The money is in escrow. */
        EscrowFundedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "escrow";
            /** @enum {string} */
            eventType: "escrow.funded";
            payload: components["schemas"]["EscrowFunded"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "escrow.funded";
        };
        /** @description The money is on its way into escrow. */
        EscrowFundingStartedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "escrow";
            /** @enum {string} */
            eventType: "escrow.funding_started";
            payload: components["schemas"]["EscrowContract"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "escrow.funding_started";
        };
        /** @description A part is delivered. */
        EscrowMilestoneCompleted: components["schemas"]["EscrowPart"] & {
            /** @description When. */
            completedAt: string;
            /** @description Which part. */
            milestoneRef: string;
            /** @description What that is. */
            milestoneTitle: string;
        };
        /** @description A part is delivered. */
        EscrowMilestoneCompletedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "escrow";
            /** @enum {string} */
            eventType: "escrow.milestone_completed";
            payload: components["schemas"]["EscrowMilestoneCompleted"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "escrow.milestone_completed";
        };
        /** @description Which escrow, and how much of it. */
        EscrowPart: components["schemas"]["Sum"] & {
            /** @description Which escrow. */
            escrowId: string;
            /** @description Which order. */
            orderId: string;
        };
        /** @description The buyer has all the money of it back. */
        EscrowRefunded: components["schemas"]["EscrowPart"] & {
            /** @description Who pays. */
            buyerId: string;
            /** @description When. */
            refundedAt: string;
        };
        /** @description The buyer has all the money of it back. */
        EscrowRefundedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "escrow";
            /** @enum {string} */
            eventType: "escrow.refunded";
            payload: components["schemas"]["EscrowRefunded"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "escrow.refunded";
        };
        /** @description The seller has the money of it, or the part that a dispute gives them: `dispute.resolved` has the buyer's. */
        EscrowReleased: components["schemas"]["EscrowPart"] & {
            /** @description When. */
            releasedAt: string;
            /** @description Who delivers. */
            sellerId: string;
        };
        /** @description The seller has the money of it, or the part that a dispute gives them: `dispute.resolved` has the buyer's. */
        EscrowReleasedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "escrow";
            /** @enum {string} */
            eventType: "escrow.released";
            payload: components["schemas"]["EscrowReleased"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "escrow.released";
        };
        /** @description What has to hold before an escrow is released. */
        EscrowTermsView: {
            /** @description Whether every milestone has to be completed. */
            milestones_required: boolean;
        };
        /** @description An order's money while neither side has it. */
        EscrowView: {
            /**
             * @description How much.
             * @example 80.00
             */
            amount: string;
            /** @description What the provider calls it; nothing where the relay's own ledger keeps it. */
            contract_id?: string | null;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description Since when it holds the money. */
            funded_at?: string | null;
            /**
             * @description Its id.
             * @example esc_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description Of which order. */
            order_id: string;
            /**
             * @description How far it is.
             * @example FUNDED
             */
            status: string;
            /** @description What has to hold before it is released. */
            terms: components["schemas"]["EscrowTermsView"];
        };
        /** @description Something that happened. Newer relays may tell of more than is listed here. */
        Event: components["schemas"]["BalanceCreditedEvent"] | components["schemas"]["BalanceDebitedEvent"] | components["schemas"]["BalanceReservedEvent"] | components["schemas"]["BalanceReleasedEvent"] | components["schemas"]["DisputeOpenedEvent"] | components["schemas"]["DisputeUnderReviewEvent"] | components["schemas"]["DisputeCommentedEvent"] | components["schemas"]["DisputeResolvedEvent"] | components["schemas"]["EscrowCreatedEvent"] | components["schemas"]["EscrowFundingStartedEvent"] | components["schemas"]["EscrowFundedEvent"] | components["schemas"]["EscrowMilestoneCompletedEvent"] | components["schemas"]["EscrowReleasedEvent"] | components["schemas"]["EscrowRefundedEvent"] | components["schemas"]["ListingCreatedEvent"] | components["schemas"]["ListingEditedEvent"] | components["schemas"]["ListingPublishedEvent"] | components["schemas"]["ListingPausedEvent"] | components["schemas"]["ListingResumedEvent"] | components["schemas"]["ListingSoldEvent"] | components["schemas"]["ListingReopenedEvent"] | components["schemas"]["ListingRemovedEvent"] | components["schemas"]["OfferMadeEvent"] | components["schemas"]["OfferCounteredEvent"] | components["schemas"]["OfferAcceptedEvent"] | components["schemas"]["OfferDeclinedEvent"] | components["schemas"]["OfferWithdrawnEvent"] | components["schemas"]["OfferExpiredEvent"] | components["schemas"]["OrderCreatedEvent"] | components["schemas"]["OrderFundsReservedEvent"] | components["schemas"]["OrderEscrowCreatingEvent"] | components["schemas"]["OrderEscrowFundingEvent"] | components["schemas"]["OrderEscrowFundedEvent"] | components["schemas"]["OrderInProgressEvent"] | components["schemas"]["OrderReleaseRequestedEvent"] | components["schemas"]["OrderRefundRequestedEvent"] | components["schemas"]["OrderReleasedEvent"] | components["schemas"]["OrderRefundedEvent"] | components["schemas"]["OrderDisputedEvent"] | components["schemas"]["OrderClosedEvent"] | components["schemas"]["OrderCanceledEvent"] | components["schemas"]["TopUpCreatedEvent"] | components["schemas"]["TopUpConfirmationRequiredEvent"] | components["schemas"]["TopUpProcessingEvent"] | components["schemas"]["TopUpSucceededEvent"] | components["schemas"]["TopUpFailedEvent"] | components["schemas"]["TopUpCanceledEvent"] | components["schemas"]["TransferSentEvent"] | components["schemas"]["UserCreatedEvent"] | components["schemas"]["UserActivatedEvent"] | components["schemas"]["UserSuspendedEvent"] | components["schemas"]["EndpointDisabledEvent"] | components["schemas"]["WithdrawalCreatedEvent"] | components["schemas"]["WithdrawalCommittedEvent"] | components["schemas"]["WithdrawalPendingEvent"] | components["schemas"]["WithdrawalPendingUserActionEvent"] | components["schemas"]["WithdrawalCompletedEvent"] | components["schemas"]["WithdrawalFailedEvent"] | components["schemas"]["WithdrawalCanceledEvent"];
        /** @description One of the events of a stream. */
        EventFrame: {
            /** @description The event as JSON: an `Event`, where it is none of the others. */
            data: string;
            /** @description The event's name, or `ping`, `reset` or `end`. */
            event: string;
            /** @description The event's id: what to go on behind. */
            id?: string | null;
        };
        /** @description What is told of any event. */
        EventHead: {
            /** @description What it is about. */
            aggregateId: string;
            /**
             * @description Its id: the same each time it is told.
             * @example evt_aebagbafaydqqcikbmga2dqpca
             */
            eventId: string;
            /** @description What else is known of it. */
            metadata: components["schemas"]["EventMetadata"];
            /** @description When it happened. */
            occurredAt: string;
        };
        /** @description What is known of an event beside what happened. */
        EventMetadata: {
            /** @description The job that brought it about, where no request did. */
            causationId?: string | null;
            /** @description The request that it happened in. */
            correlationId: string;
            /**
             * @description The space that it happened in, as `/v1/me` has it.
             * @example mkt_1
             */
            marketplaceId: string;
            /**
             * @description Whom it concerns; of an order, an offer or a transfer, one of its two sides, both of whom know the other.
             * @example usr_aebagbafaydqqcikbmga2dqpca
             */
            userId?: string | null;
        };
        /** @description Why the money will not come. */
        FailTopUp: {
            /** @description Why. */
            reason: string;
        };
        /** @description Why the money will not go. */
        FailWithdrawal: {
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
        /** @description What money is or was set aside for: one of both. */
        HoldSubject: {
            /** @description Which order. */
            orderId?: string;
            /** @description Which withdrawal. */
            withdrawalId?: string;
        };
        /** @description Work that is done by and by. */
        JobView: {
            /** @description When it is to be run, or its lease runs out, or since when it is dead. */
            at: string;
            /**
             * Format: int32
             * @description How often it was begun.
             */
            attempts: number;
            /**
             * Format: int32
             * @description How often it may be.
             */
            attempts_max: number;
            /** @description When it was queued. */
            created_at: string;
            /** @description The same, for people. */
            error?: string | null;
            /**
             * @description Why it last failed, for programs.
             * @example books_not_in_order
             */
            error_code?: string | null;
            /**
             * @description Its id.
             * @example job_aaaaaaaaaaaaaaaaaaaaaaaaam
             */
            id: string;
            /**
             * @description What is to be done.
             * @example proof
             */
            kind: string;
            /**
             * @description For what: jobs of a lane may hold up each other, and no others.
             * @example proof
             */
            lane: string;
            /**
             * @description `waiting`, `leased` while somebody does it, or `dead`.
             * @example waiting
             */
            state: string;
        };
        /** @description How jobs of a kind stand. No more than a thousand are counted of each state in a lane. */
        JobsView: {
            /**
             * Format: int64
             * @description How many were tried often enough.
             */
            dead: number;
            /** @description Whether one that will be done again failed when it was last done. Of deliveries their own log tells. */
            failing: boolean;
            /**
             * @description Of what kind.
             * @example proof
             */
            kind: string;
            /**
             * Format: int64
             * @description How long the first of those that wait is behind its time.
             */
            late_ms: number;
            /**
             * Format: int64
             * @description How many are being done.
             */
            leased: number;
            /**
             * Format: int64
             * @description How many wait for their time.
             */
            waiting: number;
        };
        /**
         * @description Whether a key works.
         * @enum {string}
         */
        KeyStatus: "active" | "revoked";
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
            /** @description Whether it works. */
            status: components["schemas"]["KeyStatus"];
        };
        /** @description How much may be asked for. */
        LimitsView: {
            /** @description How much may be asked for at once, of each currency. */
            amounts: components["schemas"]["BoundsView"][];
            /** @description Bytes of a body. */
            body_bytes: number;
            /** @description Milestones of an order. */
            milestones: number;
            /**
             * Format: int64
             * @description How long an offer stands where nothing is said.
             */
            offer_seconds: number;
            /**
             * Format: int64
             * @description How long an offer may stand.
             */
            offer_seconds_max: number;
            /**
             * Format: int32
             * @description Requests in a minute, of a key or an account.
             */
            requests_per_minute: number;
            /**
             * Format: int64
             * @description How long money stays set aside for an order until it is in escrow.
             */
            reserve_seconds: number;
            /**
             * Format: int32
             * @description Top-ups in a minute, of a user.
             */
            topups_per_minute: number;
            /**
             * Format: int32
             * @description Withdrawals in a minute, of a user.
             */
            withdrawals_per_minute: number;
        };
        /** @description There is a new listing, which its seller alone sees. */
        ListingCreatedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.created";
            payload: components["schemas"]["ListingTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.created";
        };
        /** @description A listing says something else. */
        ListingEditedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.edited";
            payload: components["schemas"]["ListingTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.edited";
        };
        /** @description A listing is set aside. */
        ListingPausedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.paused";
            payload: components["schemas"]["ListingTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.paused";
        };
        /** @description Everyone may buy what is listed. */
        ListingPublishedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.published";
            payload: components["schemas"]["ListingTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.published";
        };
        /** @description A listing is gone. */
        ListingRemoved: components["schemas"]["ListingTold"] & {
            /** @description By whom. */
            removedBy: components["schemas"]["Actor"];
        };
        /** @description A listing is gone. */
        ListingRemovedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.removed";
            payload: components["schemas"]["ListingRemoved"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.removed";
        };
        /** @description What took it was called off. */
        ListingReopenedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.reopened";
            payload: components["schemas"]["ListingTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.reopened";
        };
        /** @description Everyone may buy what is listed again. */
        ListingResumedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.resumed";
            payload: components["schemas"]["ListingTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.resumed";
        };
        /** @description An order took what is listed. */
        ListingSoldEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "listing";
            /** @enum {string} */
            eventType: "listing.sold";
            payload: components["schemas"]["ListingTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "listing.sold";
        };
        /** @enum {string} */
        ListingStatus: "DRAFT" | "ACTIVE" | "PAUSED" | "SOLD" | "REMOVED";
        /** @description What is on offer. */
        ListingTold: {
            /** @description Among what it is found. */
            category: string;
            /**
             * @description In what.
             * @example USD
             */
            currency: string;
            /** @description Which listing. */
            listingId: string;
            /**
             * @description What it costs.
             * @example 80.00
             */
            price: string;
            /** @description Who delivers. */
            sellerId: string;
            /** @description How it stands. */
            status: components["schemas"]["ListingStatus"];
            /** @description What it is. */
            title: string;
        };
        /** @description Something on offer. */
        ListingView: {
            /** @description Among what it is found. */
            category: string;
            /** @description When it was made. */
            created_at: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description What else is said of it. */
            description: string;
            /**
             * @description Its id.
             * @example lst_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What the space wants to find again. */
            metadata: Record<string, unknown>;
            /**
             * @description What it costs.
             * @example 80.00
             */
            price: string;
            /** @description Who offers it. */
            seller_id: string;
            /**
             * @description How far it is.
             * @example ACTIVE
             */
            status: string;
            /** @description What it is. */
            title: string;
            /** @description Since when it is as it is. */
            updated_at: string;
        };
        /** @description Whether anything may be changed. */
        MaintenanceView: {
            /** @description Whether nothing may. */
            enabled: boolean;
            /** @description Since when that is said. */
            enabled_at?: string | null;
            /**
             * @description Who said so: a key, or `operator`.
             * @example operator
             */
            enabled_by?: string | null;
            /** @description Why. */
            message?: string | null;
        };
        /** @description An offer to be made. */
        MakeOffer: {
            /**
             * @description The price: a text with as many places as the currency has.
             * @example 70.00
             */
            amount: string;
            /** @description Who would pay: somebody else than the seller. */
            buyer_id: string;
            /**
             * @description Of what: as the listing has it.
             * @example USD
             */
            currency: string;
            /**
             * Format: date-time
             * @description Until when it stands: a time in UTC within three months. If nothing is said, three days.
             */
            expires_at?: string | null;
            /** @description For what. */
            listing_id: string;
            /** @description What you want to find again. Both sides see it. */
            metadata?: Record<string, unknown>;
            /** @description Its parts, which are delivered one by one and are worth the price together. */
            milestones?: components["schemas"]["CreateMilestone"][];
        };
        /** @description People who see money come and send it. */
        ManualView: {
            /**
             * @description Whether they can be asked: `available`, always.
             * @example available
             */
            status: string;
            /** @description Whether it takes two of them to say so. */
            two_person_rule: boolean;
        };
        /** @description A page of a list. */
        Many_AuditView: {
            /** @description What is on this page. */
            data: {
                /** @description What was done, by whom, and whose thing it was done to (`user_id`): `payload_before` and `payload_after` have what changed. */
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
        Many_CategoryView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description What to ask for as `category`.
                 * @example home & garden
                 */
                id: string;
                /**
                 * Format: int64
                 * @description How many active listings it has.
                 */
                listings: number;
                /**
                 * @description How it was first written.
                 * @example Home & Garden
                 */
                name: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_CommentView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description As whom its author spoke: `buyer`, `seller` or `support`.
                 * @example support
                 */
                author: string;
                /** @description When. */
                created_at: string;
                /** @description In which. */
                dispute_id: string;
                /**
                 * @description Its id.
                 * @example cmt_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What. */
                message: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_DeliveryView: {
            /** @description What is on this page. */
            data: {
                /** @description When it was last sent. */
                attempted_at?: string | null;
                /**
                 * Format: int32
                 * @description How often it was sent.
                 */
                attempts: number;
                /** @description When it was made. */
                created_at: string;
                /** @description When it was taken. */
                delivered_at?: string | null;
                /** @description To whom. */
                endpoint_id: string;
                /**
                 * @description Why it last failed.
                 * @example status_refused
                 */
                error_code?: string | null;
                /** @description The event's id, which is `webhook-id` of the message, however often it is sent. */
                event_id: string;
                /**
                 * @description What happened.
                 * @example topup.succeeded
                 */
                event_type: string;
                /**
                 * @description Its id.
                 * @example whd_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description When it is sent again. */
                next_attempt_at?: string | null;
                /**
                 * Format: int32
                 * @description What was last answered, if anything was.
                 */
                response_status?: number | null;
                /**
                 * @description `PENDING` while it is sent or will be, `DELIVERED`, or `FAILED`.
                 * @example DELIVERED
                 */
                status: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_DisputeView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description The buyer's part of a split.
                 * @example 32.00
                 */
                amount_to_buyer?: string | null;
                /**
                 * @description The seller's part of a split.
                 * @example 48.00
                 */
                amount_to_seller?: string | null;
                /** @description Who looks into it. */
                assigned_to?: string | null;
                /** @description Who pays. */
                buyer_id: string;
                /**
                 * @description `FULL_RELEASE`, `FULL_REFUND` or `SPLIT`.
                 * @example SPLIT
                 */
                decision?: string | null;
                /** @description What the arbiter says to it. */
                decision_note?: string | null;
                /** @description What shows it. */
                evidence: string[];
                /**
                 * @description Its id.
                 * @example dsp_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What they say. */
                message?: string | null;
                /** @description When it was opened. */
                opened_at: string;
                /**
                 * @description `BUYER` or `SELLER`.
                 * @example BUYER
                 */
                opened_by: string;
                /** @description Over which. */
                order_id: string;
                /**
                 * @description `NOT_DELIVERED`, `QUALITY_ISSUE` or `OTHER`.
                 * @example NOT_DELIVERED
                 */
                reason: string;
                /** @description When it was decided. */
                resolved_at?: string | null;
                /** @description Who delivers. */
                seller_id: string;
                /**
                 * @description `OPEN`, `UNDER_REVIEW` or `RESOLVED`.
                 * @example OPEN
                 */
                status: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_EndpointView: {
            /** @description What is on this page. */
            data: {
                /** @description When it was made. */
                created_at: string;
                /** @description What you call it. */
                description: string;
                /** @description Whether it is told anything. */
                enabled: boolean;
                /** @description Since when it has done nothing but fail; after five days, or when it answers 410, it is disabled. */
                failing_since?: string | null;
                /**
                 * @description Its id.
                 * @example whe_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description Until when the secret before signs too. */
                rotating_until?: string | null;
                /** @description Of what: names of events, beginnings of names such as `order.*`, or `*`. */
                types: string[];
                /**
                 * @description Where it is told.
                 * @example https://shop.example.org/hooks
                 */
                url: string;
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
                /** @description Whether it works. */
                status: components["schemas"]["KeyStatus"];
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_ListingView: {
            /** @description What is on this page. */
            data: {
                /** @description Among what it is found. */
                category: string;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description What else is said of it. */
                description: string;
                /**
                 * @description Its id.
                 * @example lst_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /**
                 * @description What it costs.
                 * @example 80.00
                 */
                price: string;
                /** @description Who offers it. */
                seller_id: string;
                /**
                 * @description How far it is.
                 * @example ACTIVE
                 */
                status: string;
                /** @description What it is. */
                title: string;
                /** @description Since when it is as it is. */
                updated_at: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_OfferView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description The price that stands.
                 * @example 70.00
                 */
                amount: string;
                /** @description Who would pay. */
                buyer_id: string;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Until when it stands. */
                expires_at: string;
                /**
                 * @description Its id.
                 * @example ofr_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description For what. */
                listing_id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description The parts that stand. */
                milestones: components["schemas"]["ProposedMilestone"][];
                /** @description The order that it came to. */
                order_id?: string | null;
                /**
                 * @description Whose word it is: `BUYER` or `SELLER`. The other side is to answer.
                 * @example BUYER
                 */
                proposed_by: string;
                /**
                 * Format: int32
                 * @description Which word stands: 1 is the buyer's first. Whoever answers says to which.
                 * @example 1
                 */
                round: number;
                /** @description Who would deliver. */
                seller_id: string;
                /**
                 * @description How far it is.
                 * @example MADE
                 */
                status: string;
                /** @description What would be bought, as the listing called it. */
                title: string;
                /** @description Since when it stands so. */
                updated_at: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_OrderView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description The price.
                 * @example 80.00
                 */
                amount: string;
                /** @description Who pays. */
                buyer_id: string;
                /** @description Why it was called off, where that was said. */
                cancel_reason?: string | null;
                /** @description What its maker calls it. */
                client_order_ref?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description What else is said of it. */
                description?: string | null;
                /** @description The disagreement over it. */
                dispute_id?: string | null;
                escrow?: components["schemas"]["EscrowView"] | null;
                /**
                 * @description Its id.
                 * @example ord_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description Its parts. */
                milestones: components["schemas"]["MilestoneView"][];
                /** @description Until when the buyer's money is set aside if no escrow is made. */
                reserved_until?: string | null;
                /** @description Who delivers. */
                seller_id: string;
                /**
                 * @description Where the money went in the end: `RELEASED`, `REFUNDED` or `SPLIT`.
                 * @example RELEASED
                 */
                settlement?: string | null;
                /**
                 * @description What the side that asked for it gave as its reason.
                 * @example The desk came as described.
                 */
                settlement_reason?: string | null;
                /**
                 * @description How far it is.
                 * @example IN_PROGRESS
                 */
                status: string;
                /** @description What is bought. */
                title: string;
                /** @description Since when it stands so. */
                updated_at: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["PageMeta"];
        };
        /** @description A page of a list. */
        Many_SuggestionView: {
            /** @description What is on this page. */
            data: {
                /** @description The title of an active listing. */
                text: string;
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
                /**
                 * @description Who has said that the money came, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
                 *     others from ending it.
                 */
                approvals: components["schemas"]["ApprovalView"][];
                /** @description Why it was called off, where that was said. */
                cancel_reason?: string | null;
                /** @description Where its owner goes on when it is not. */
                cancel_url?: string | null;
                /** @description The provider's page where its owner confirms it; nothing where money comes by hand, as there is no such page. */
                confirmation_uri?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Why the money did not come, if it failed. */
                failure_reason?: string | null;
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
                 * @description Where its owner goes on when it is paid.
                 * @example https://shop.example.org/paid
                 */
                return_url?: string | null;
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
        Many_UserTransferView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description How much.
                 * @example 12.50
                 */
                amount: string;
                /** @description When it was sent. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Whose it was. */
                from_user_id: string;
                /**
                 * @description Its id.
                 * @example trf_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the sender, or its space, wants to find again. Both sides see it. */
                metadata: Record<string, unknown>;
                /** @description What its sender said to it. */
                note?: string | null;
                /** @description Whose it is. */
                to_user_id: string;
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
        /** @description A page of a list. */
        Many_WithdrawalView: {
            /** @description What is on this page. */
            data: {
                /**
                 * @description How much.
                 * @example 80.00
                 */
                amount: string;
                /**
                 * @description Who has said that the money went, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
                 *     others from ending it.
                 */
                approvals: components["schemas"]["ApprovalView"][];
                /** @description Why it was called off, where that was said. */
                cancel_reason?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Where to. */
                destination: components["schemas"]["DestinationView"];
                /** @description Why it was not paid out, if it failed. */
                failure_reason?: string | null;
                /**
                 * @description Its id.
                 * @example wd_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description What the provider calls it. */
                provider_ref?: string | null;
                /**
                 * @description How far it is.
                 * @example WITHDRAWAL_COMMITTED
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
        /** @description Who asks. */
        MeView: {
            account?: components["schemas"]["MyAccount"] | null;
            api_key?: components["schemas"]["MyKey"] | null;
            /**
             * @description The space that is traded in, as events and the audit log have it.
             * @example mkt_1
             */
            marketplace_id: string;
            /**
             * @description What its operator calls that.
             * @example default
             */
            marketplace_name?: string | null;
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
        /** @description A part of an order that is delivered by itself. */
        MilestoneView: {
            /**
             * @description What it is worth.
             * @example 40.00
             */
            amount: string;
            /** @description When that was. */
            completed_at?: string | null;
            /** @description What the parties call it. */
            milestone_ref: string;
            /** @description What the seller said when it was delivered. */
            note?: string | null;
            /**
             * @description `OPEN` or `COMPLETED`.
             * @example OPEN
             */
            status: string;
            /** @description What it is. */
            title: string;
        };
        /** @description Where an escrow's money goes: all of it, and one way. */
        MoveEscrow: {
            /**
             * @description The whole price: another is refused.
             * @example 80.00
             */
            amount?: string | null;
            /**
             * @description How much of it: `FULL`, as where nothing is said. Parts are an arbiter's to decide.
             * @example FULL
             */
            mode?: string | null;
            /** @description Why. Both sides are told. */
            reason?: string | null;
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
            /** @description What people call it. */
            name: string;
            /** @description What it, or the token made from it, may do. */
            scopes: components["schemas"]["Scope"][];
        };
        /** @description An endpoint with a new secret: it is shown this once. */
        NewEndpointView: components["schemas"]["EndpointView"] & {
            /**
             * @description What to check signatures by.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret: string;
        };
        /** @description A key that was made: its secret is shown this once. */
        NewKeyView: components["schemas"]["KeyView"] & {
            /** @description What to send as `Authorization: Bearer …`. */
            api_key: string;
        };
        /** @description They agree: there is an order. */
        OfferAcceptedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "offer";
            /** @enum {string} */
            eventType: "offer.accepted";
            payload: components["schemas"]["OfferTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "offer.accepted";
        };
        /** @description Other terms stand. */
        OfferCounteredEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "offer";
            /** @enum {string} */
            eventType: "offer.countered";
            payload: components["schemas"]["OfferTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "offer.countered";
        };
        /** @description One side said no. */
        OfferDeclinedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "offer";
            /** @enum {string} */
            eventType: "offer.declined";
            payload: components["schemas"]["OfferTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "offer.declined";
        };
        /** @description Nobody answered in time, or the listing was sold to another. */
        OfferExpiredEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "offer";
            /** @enum {string} */
            eventType: "offer.expired";
            payload: components["schemas"]["OfferTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "offer.expired";
        };
        /** @description A buyer made an offer. */
        OfferMadeEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "offer";
            /** @enum {string} */
            eventType: "offer.made";
            payload: components["schemas"]["OfferTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "offer.made";
        };
        /** @description What buyer and seller talk over. */
        OfferTold: components["schemas"]["Sum"] & {
            /** @description Who would pay. */
            buyerId: string;
            by?: components["schemas"]["Party"] | null;
            /** @description Until when that word stands. */
            expiresAt: string;
            /** @description For which listing. */
            listingId: string;
            /** @description Which offer. */
            offerId: string;
            /** @description Which order it became. */
            orderId?: string | null;
            /**
             * Format: int32
             * @description Which of the offer's words stands.
             */
            round: number;
            /** @description Who would deliver. */
            sellerId: string;
        };
        /** @description What a buyer and a seller talk over. */
        OfferView: {
            /**
             * @description The price that stands.
             * @example 70.00
             */
            amount: string;
            /** @description Who would pay. */
            buyer_id: string;
            /** @description When it was made. */
            created_at: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description Until when it stands. */
            expires_at: string;
            /**
             * @description Its id.
             * @example ofr_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description For what. */
            listing_id: string;
            /** @description What the space wants to find again. */
            metadata: Record<string, unknown>;
            /** @description The parts that stand. */
            milestones: components["schemas"]["ProposedMilestone"][];
            /** @description The order that it came to. */
            order_id?: string | null;
            /**
             * @description Whose word it is: `BUYER` or `SELLER`. The other side is to answer.
             * @example BUYER
             */
            proposed_by: string;
            /**
             * Format: int32
             * @description Which word stands: 1 is the buyer's first. Whoever answers says to which.
             * @example 1
             */
            round: number;
            /** @description Who would deliver. */
            seller_id: string;
            /**
             * @description How far it is.
             * @example MADE
             */
            status: string;
            /** @description What would be bought, as the listing called it. */
            title: string;
            /** @description Since when it stands so. */
            updated_at: string;
        };
        /** @description One side took its word back. */
        OfferWithdrawnEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "offer";
            /** @enum {string} */
            eventType: "offer.withdrawn";
            payload: components["schemas"]["OfferTold"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "offer.withdrawn";
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
                /** @description Since when it is so much; nothing where there never was any. */
                updated_at?: string | null;
                /** @description Who. */
                user_id: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_CommentView: {
            /** @description Something that was said in a dispute. */
            data: {
                /**
                 * @description As whom its author spoke: `buyer`, `seller` or `support`.
                 * @example support
                 */
                author: string;
                /** @description When. */
                created_at: string;
                /** @description In which. */
                dispute_id: string;
                /**
                 * @description Its id.
                 * @example cmt_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What. */
                message: string;
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
                /** @description What can be done here, and what cannot. */
                features: {
                    [key: string]: boolean;
                };
                /** @description How much may be asked for. */
                limits: components["schemas"]["LimitsView"];
                /** @description Whom money comes in and goes out by. */
                providers: components["schemas"]["ProvidersView"];
                /** @description What runs here. */
                version: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_DeliveryView: {
            /** @description One event for one endpoint. */
            data: {
                /** @description When it was last sent. */
                attempted_at?: string | null;
                /**
                 * Format: int32
                 * @description How often it was sent.
                 */
                attempts: number;
                /** @description When it was made. */
                created_at: string;
                /** @description When it was taken. */
                delivered_at?: string | null;
                /** @description To whom. */
                endpoint_id: string;
                /**
                 * @description Why it last failed.
                 * @example status_refused
                 */
                error_code?: string | null;
                /** @description The event's id, which is `webhook-id` of the message, however often it is sent. */
                event_id: string;
                /**
                 * @description What happened.
                 * @example topup.succeeded
                 */
                event_type: string;
                /**
                 * @description Its id.
                 * @example whd_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description When it is sent again. */
                next_attempt_at?: string | null;
                /**
                 * Format: int32
                 * @description What was last answered, if anything was.
                 */
                response_status?: number | null;
                /**
                 * @description `PENDING` while it is sent or will be, `DELIVERED`, or `FAILED`.
                 * @example DELIVERED
                 */
                status: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_DisputeView: {
            /** @description A disagreement over an order. */
            data: {
                /**
                 * @description The buyer's part of a split.
                 * @example 32.00
                 */
                amount_to_buyer?: string | null;
                /**
                 * @description The seller's part of a split.
                 * @example 48.00
                 */
                amount_to_seller?: string | null;
                /** @description Who looks into it. */
                assigned_to?: string | null;
                /** @description Who pays. */
                buyer_id: string;
                /**
                 * @description `FULL_RELEASE`, `FULL_REFUND` or `SPLIT`.
                 * @example SPLIT
                 */
                decision?: string | null;
                /** @description What the arbiter says to it. */
                decision_note?: string | null;
                /** @description What shows it. */
                evidence: string[];
                /**
                 * @description Its id.
                 * @example dsp_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What they say. */
                message?: string | null;
                /** @description When it was opened. */
                opened_at: string;
                /**
                 * @description `BUYER` or `SELLER`.
                 * @example BUYER
                 */
                opened_by: string;
                /** @description Over which. */
                order_id: string;
                /**
                 * @description `NOT_DELIVERED`, `QUALITY_ISSUE` or `OTHER`.
                 * @example NOT_DELIVERED
                 */
                reason: string;
                /** @description When it was decided. */
                resolved_at?: string | null;
                /** @description Who delivers. */
                seller_id: string;
                /**
                 * @description `OPEN`, `UNDER_REVIEW` or `RESOLVED`.
                 * @example OPEN
                 */
                status: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_EndpointView: {
            /** @description Somebody's server that is told what happens. */
            data: {
                /** @description When it was made. */
                created_at: string;
                /** @description What you call it. */
                description: string;
                /** @description Whether it is told anything. */
                enabled: boolean;
                /** @description Since when it has done nothing but fail; after five days, or when it answers 410, it is disabled. */
                failing_since?: string | null;
                /**
                 * @description Its id.
                 * @example whe_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description Until when the secret before signs too. */
                rotating_until?: string | null;
                /** @description Of what: names of events, beginnings of names such as `order.*`, or `*`. */
                types: string[];
                /**
                 * @description Where it is told.
                 * @example https://shop.example.org/hooks
                 */
                url: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_JobView: {
            /** @description Work that is done by and by. */
            data: {
                /** @description When it is to be run, or its lease runs out, or since when it is dead. */
                at: string;
                /**
                 * Format: int32
                 * @description How often it was begun.
                 */
                attempts: number;
                /**
                 * Format: int32
                 * @description How often it may be.
                 */
                attempts_max: number;
                /** @description When it was queued. */
                created_at: string;
                /** @description The same, for people. */
                error?: string | null;
                /**
                 * @description Why it last failed, for programs.
                 * @example books_not_in_order
                 */
                error_code?: string | null;
                /**
                 * @description Its id.
                 * @example job_aaaaaaaaaaaaaaaaaaaaaaaaam
                 */
                id: string;
                /**
                 * @description What is to be done.
                 * @example proof
                 */
                kind: string;
                /**
                 * @description For what: jobs of a lane may hold up each other, and no others.
                 * @example proof
                 */
                lane: string;
                /**
                 * @description `waiting`, `leased` while somebody does it, or `dead`.
                 * @example waiting
                 */
                state: string;
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
                /** @description Whether it works. */
                status: components["schemas"]["KeyStatus"];
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_ListingView: {
            /** @description Something on offer. */
            data: {
                /** @description Among what it is found. */
                category: string;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description What else is said of it. */
                description: string;
                /**
                 * @description Its id.
                 * @example lst_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /**
                 * @description What it costs.
                 * @example 80.00
                 */
                price: string;
                /** @description Who offers it. */
                seller_id: string;
                /**
                 * @description How far it is.
                 * @example ACTIVE
                 */
                status: string;
                /** @description What it is. */
                title: string;
                /** @description Since when it is as it is. */
                updated_at: string;
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
                /** @description Since when that is said. */
                enabled_at?: string | null;
                /**
                 * @description Who said so: a key, or `operator`.
                 * @example operator
                 */
                enabled_by?: string | null;
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
                /**
                 * @description The space that is traded in, as events and the audit log have it.
                 * @example mkt_1
                 */
                marketplace_id: string;
                /**
                 * @description What its operator calls that.
                 * @example default
                 */
                marketplace_name?: string | null;
                /** @description What runs here. */
                version: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_NewEndpointView: {
            /** @description An endpoint with a new secret: it is shown this once. */
            data: components["schemas"]["EndpointView"] & {
                /**
                 * @description What to check signatures by.
                 * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
                 */
                secret: string;
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
        One_OfferView: {
            /** @description What a buyer and a seller talk over. */
            data: {
                /**
                 * @description The price that stands.
                 * @example 70.00
                 */
                amount: string;
                /** @description Who would pay. */
                buyer_id: string;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Until when it stands. */
                expires_at: string;
                /**
                 * @description Its id.
                 * @example ofr_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description For what. */
                listing_id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description The parts that stand. */
                milestones: components["schemas"]["ProposedMilestone"][];
                /** @description The order that it came to. */
                order_id?: string | null;
                /**
                 * @description Whose word it is: `BUYER` or `SELLER`. The other side is to answer.
                 * @example BUYER
                 */
                proposed_by: string;
                /**
                 * Format: int32
                 * @description Which word stands: 1 is the buyer's first. Whoever answers says to which.
                 * @example 1
                 */
                round: number;
                /** @description Who would deliver. */
                seller_id: string;
                /**
                 * @description How far it is.
                 * @example MADE
                 */
                status: string;
                /** @description What would be bought, as the listing called it. */
                title: string;
                /** @description Since when it stands so. */
                updated_at: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_OrderView: {
            /** @description What a buyer and a seller agreed on. */
            data: {
                /**
                 * @description The price.
                 * @example 80.00
                 */
                amount: string;
                /** @description Who pays. */
                buyer_id: string;
                /** @description Why it was called off, where that was said. */
                cancel_reason?: string | null;
                /** @description What its maker calls it. */
                client_order_ref?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description What else is said of it. */
                description?: string | null;
                /** @description The disagreement over it. */
                dispute_id?: string | null;
                escrow?: components["schemas"]["EscrowView"] | null;
                /**
                 * @description Its id.
                 * @example ord_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description Its parts. */
                milestones: components["schemas"]["MilestoneView"][];
                /** @description Until when the buyer's money is set aside if no escrow is made. */
                reserved_until?: string | null;
                /** @description Who delivers. */
                seller_id: string;
                /**
                 * @description Where the money went in the end: `RELEASED`, `REFUNDED` or `SPLIT`.
                 * @example RELEASED
                 */
                settlement?: string | null;
                /**
                 * @description What the side that asked for it gave as its reason.
                 * @example The desk came as described.
                 */
                settlement_reason?: string | null;
                /**
                 * @description How far it is.
                 * @example IN_PROGRESS
                 */
                status: string;
                /** @description What is bought. */
                title: string;
                /** @description Since when it stands so. */
                updated_at: string;
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_ReservedOrderView: {
            /** @description An order whose money was set aside, and what its buyer has then. */
            data: components["schemas"]["OrderView"] & {
                /** @description What the buyer has. */
                balance_snapshot: components["schemas"]["BalanceSnapshot"];
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
                /**
                 * @description Who has said that the money came, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
                 *     others from ending it.
                 */
                approvals: components["schemas"]["ApprovalView"][];
                /** @description Why it was called off, where that was said. */
                cancel_reason?: string | null;
                /** @description Where its owner goes on when it is not. */
                cancel_url?: string | null;
                /** @description The provider's page where its owner confirms it; nothing where money comes by hand, as there is no such page. */
                confirmation_uri?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Why the money did not come, if it failed. */
                failure_reason?: string | null;
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
                 * @description Where its owner goes on when it is paid.
                 * @example https://shop.example.org/paid
                 */
                return_url?: string | null;
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
        One_UserTransferView: {
            /** @description Money that one user sent another. */
            data: {
                /**
                 * @description How much.
                 * @example 12.50
                 */
                amount: string;
                /** @description When it was sent. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Whose it was. */
                from_user_id: string;
                /**
                 * @description Its id.
                 * @example trf_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the sender, or its space, wants to find again. Both sides see it. */
                metadata: Record<string, unknown>;
                /** @description What its sender said to it. */
                note?: string | null;
                /** @description Whose it is. */
                to_user_id: string;
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
        /** @description One thing. */
        One_Vec_MilestoneView: {
            data: {
                /**
                 * @description What it is worth.
                 * @example 40.00
                 */
                amount: string;
                /** @description When that was. */
                completed_at?: string | null;
                /** @description What the parties call it. */
                milestone_ref: string;
                /** @description What the seller said when it was delivered. */
                note?: string | null;
                /**
                 * @description `OPEN` or `COMPLETED`.
                 * @example OPEN
                 */
                status: string;
                /** @description What it is. */
                title: string;
            }[];
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_WholeEscrowView: {
            /** @description An order's money while neither side has it, with the parts that it is for. */
            data: components["schemas"]["EscrowView"] & {
                /** @description The order's parts. */
                milestones: components["schemas"]["MilestoneView"][];
            };
            /** @description About the answer. */
            meta: components["schemas"]["Meta"];
        };
        /** @description One thing. */
        One_WithdrawalView: {
            /** @description Money on its way out. */
            data: {
                /**
                 * @description How much.
                 * @example 80.00
                 */
                amount: string;
                /**
                 * @description Who has said that the money went, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
                 *     others from ending it.
                 */
                approvals: components["schemas"]["ApprovalView"][];
                /** @description Why it was called off, where that was said. */
                cancel_reason?: string | null;
                /** @description When it was made. */
                created_at: string;
                /**
                 * @description Of what.
                 * @example USD
                 */
                currency: string;
                /** @description Where to. */
                destination: components["schemas"]["DestinationView"];
                /** @description Why it was not paid out, if it failed. */
                failure_reason?: string | null;
                /**
                 * @description Its id.
                 * @example wd_aebagbafaydqqcikbmga2dqpca
                 */
                id: string;
                /** @description What the space wants to find again. */
                metadata: Record<string, unknown>;
                /** @description What the provider calls it. */
                provider_ref?: string | null;
                /**
                 * @description How far it is.
                 * @example WITHDRAWAL_COMMITTED
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
        /** @description A dispute to be opened. */
        OpenDispute: {
            /** @description What shows it: addresses of files, say. */
            evidence?: string[];
            /** @description What this side says. */
            message?: string | null;
            /**
             * @description Which side opens it: a key has to say so, an account need not.
             * @example BUYER
             */
            opened_by?: string | null;
            /**
             * @description Why.
             * @example NOT_DELIVERED
             */
            reason: string;
        };
        /** @description An order was called off. */
        OrderCanceled: components["schemas"]["OrderPart"] & {
            /** @description Who pays. */
            buyerId: string;
            /** @description When. */
            canceledAt: string;
            /** @description By whom. */
            canceledBy: components["schemas"]["Actor"];
            /** @description Whether money that was set aside is available again. */
            fundsReleased: boolean;
            /** @description Why. */
            reason?: string | null;
        };
        /** @description An order was called off. */
        OrderCanceledEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.canceled";
            payload: components["schemas"]["OrderCanceled"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.canceled";
        };
        /** @description An order is over. */
        OrderClosed: components["schemas"]["OrderPart"] & {
            /** @description When. */
            closedAt: string;
            /** @description How it ended: how far it was. */
            finalStatus: components["schemas"]["OrderStatus"];
        };
        /** @description An order is over. */
        OrderClosedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.closed";
            payload: components["schemas"]["OrderClosed"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.closed";
        };
        /** @description There is a new order. */
        OrderCreated: components["schemas"]["OrderPart"] & {
            /** @description Who pays. */
            buyerId: string;
            /** @description What its maker calls it. */
            clientOrderRef?: string | null;
            /** @description What else is said of it. */
            description?: string | null;
            /** @description Who delivers. */
            sellerId: string;
            /** @description What is bought. */
            title: string;
        };
        /** @description There is a new order. */
        OrderCreatedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.created";
            payload: components["schemas"]["OrderCreated"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.created";
        };
        /** @description The two disagree. */
        OrderDisputed: components["schemas"]["OrderPart"] & {
            /** @description Which dispute. */
            disputeId: string;
            /** @description When. */
            openedAt: string;
            /** @description By whom. */
            openedBy: components["schemas"]["Party"];
            /** @description Why. */
            reason: components["schemas"]["DisputeReason"];
        };
        /** @description The two disagree. */
        OrderDisputedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.disputed";
            payload: components["schemas"]["OrderDisputed"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.disputed";
        };
        /** @description Something about the escrow of an order. */
        OrderEscrow: components["schemas"]["OrderPart"] & {
            /** @description Which escrow. */
            escrowId: string;
        };
        /** @description The escrow waits for the money. */
        OrderEscrowContract: components["schemas"]["OrderEscrow"] & {
            /** @description What the provider calls it. */
            contractId?: string | null;
        };
        /** @description An escrow is being made. */
        OrderEscrowCreatingEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.escrow_creating";
            payload: components["schemas"]["OrderEscrow"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.escrow_creating";
        };
        /** @description The money is in escrow. */
        OrderEscrowFunded: components["schemas"]["OrderEscrowContract"] & {
            /** @description When. */
            fundedAt: string;
        };
        /** @description The money is in escrow. */
        OrderEscrowFundedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.escrow_funded";
            payload: components["schemas"]["OrderEscrowFunded"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.escrow_funded";
        };
        /** @description The escrow waits for the money. */
        OrderEscrowFundingEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.escrow_funding";
            payload: components["schemas"]["OrderEscrowContract"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.escrow_funding";
        };
        /** @description The buyer's money is set aside. */
        OrderFundsReserved: components["schemas"]["OrderPart"] & {
            /** @description What the buyer can spend. */
            availableBalance?: string;
            /** @description Who pays. */
            buyerId: string;
            /** @description What the buyer has set aside. */
            reservedBalance?: string;
        };
        /** @description The buyer's money is set aside. */
        OrderFundsReservedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.funds_reserved";
            payload: components["schemas"]["OrderFundsReserved"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.funds_reserved";
        };
        /** @description The seller delivers. */
        OrderInProgressEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.in_progress";
            payload: components["schemas"]["OrderEscrow"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.in_progress";
        };
        /** @description Which order. */
        OrderPart: components["schemas"]["Sum"] & {
            /** @description Which order. */
            orderId: string;
        };
        /** @description The buyer is to be paid back. */
        OrderRefundRequestedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.refund_requested";
            payload: components["schemas"]["OrderRequested"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.refund_requested";
        };
        /** @description The buyer was paid back. */
        OrderRefunded: components["schemas"]["OrderPart"] & {
            /** @description Who pays. */
            buyerId: string;
            /** @description What the buyer can spend. */
            newBuyerBalance?: string;
            /** @description When. */
            refundedAt: string;
        };
        /** @description The buyer was paid back. */
        OrderRefundedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.refunded";
            payload: components["schemas"]["OrderRefunded"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.refunded";
        };
        /** @description The seller is to be paid. */
        OrderReleaseRequestedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.release_requested";
            payload: components["schemas"]["OrderRequested"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.release_requested";
        };
        /** @description The seller was paid. */
        OrderReleased: components["schemas"]["OrderPart"] & {
            /** @description What the seller can spend. */
            newSellerBalance?: string;
            /** @description When. */
            releasedAt: string;
            /** @description Who delivers. */
            sellerId: string;
        };
        /** @description The seller was paid. */
        OrderReleasedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "order";
            /** @enum {string} */
            eventType: "order.released";
            payload: components["schemas"]["OrderReleased"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "order.released";
        };
        /** @description One side is to be paid. */
        OrderRequested: components["schemas"]["OrderPart"] & {
            /** @description Why, if that was said. */
            reason?: string | null;
            /** @description When. */
            requestedAt: string;
            /** @description By whom. */
            requestedBy: components["schemas"]["Actor"];
        };
        /** @enum {string} */
        OrderStatus: "ORDER_CREATED" | "FUNDS_RESERVED" | "ESCROW_CREATING" | "ESCROW_FUNDING" | "ESCROW_FUNDED" | "IN_PROGRESS" | "RELEASE_REQUESTED" | "REFUND_REQUESTED" | "DISPUTED" | "RELEASED" | "REFUNDED" | "CLOSED";
        /** @description What a buyer and a seller agreed on. */
        OrderView: {
            /**
             * @description The price.
             * @example 80.00
             */
            amount: string;
            /** @description Who pays. */
            buyer_id: string;
            /** @description Why it was called off, where that was said. */
            cancel_reason?: string | null;
            /** @description What its maker calls it. */
            client_order_ref?: string | null;
            /** @description When it was made. */
            created_at: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description What else is said of it. */
            description?: string | null;
            /** @description The disagreement over it. */
            dispute_id?: string | null;
            escrow?: components["schemas"]["EscrowView"] | null;
            /**
             * @description Its id.
             * @example ord_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What the space wants to find again. */
            metadata: Record<string, unknown>;
            /** @description Its parts. */
            milestones: components["schemas"]["MilestoneView"][];
            /** @description Until when the buyer's money is set aside if no escrow is made. */
            reserved_until?: string | null;
            /** @description Who delivers. */
            seller_id: string;
            /**
             * @description Where the money went in the end: `RELEASED`, `REFUNDED` or `SPLIT`.
             * @example RELEASED
             */
            settlement?: string | null;
            /**
             * @description What the side that asked for it gave as its reason.
             * @example The desk came as described.
             */
            settlement_reason?: string | null;
            /**
             * @description How far it is.
             * @example IN_PROGRESS
             */
            status: string;
            /** @description What is bought. */
            title: string;
            /** @description Since when it stands so. */
            updated_at: string;
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
        /** @enum {string} */
        Party: "BUYER" | "SELLER";
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
        /** @description A part of what is proposed. */
        ProposedMilestone: {
            /**
             * @description What it is worth.
             * @example 35.00
             */
            amount: string;
            /** @description What the parties call it. */
            milestone_ref: string;
            /** @description What it is. */
            title: string;
        };
        /** @description Whom money comes in and goes out by. */
        ProvidersView: {
            /** @description People who see it come and send it. */
            manual: components["schemas"]["ManualView"];
        };
        /** @description A refusal. */
        Refused: {
            /** @description What is wrong. */
            error: components["schemas"]["Problem"];
        };
        /**
         * @description Why money is no longer set aside.
         * @enum {string}
         */
        ReleaseReason: "cancel" | "escrow_funded";
        /** @description How much is to be set aside. */
        ReserveOrder: {
            /**
             * @description The whole price, as the buyer understands it.
             * @example 80.00
             */
            amount: string;
        };
        /**
         * @description What money is set aside for.
         * @enum {string}
         */
        ReserveReason: "order" | "withdrawal";
        /** @description An order whose money was set aside, and what its buyer has then. */
        ReservedOrderView: components["schemas"]["OrderView"] & {
            /** @description What the buyer has. */
            balance_snapshot: components["schemas"]["BalanceSnapshot"];
        };
        /** @description How a dispute is decided. */
        ResolveDispute: {
            /**
             * @description The buyer's part of a split. Both together are the whole price.
             * @example 32.00
             */
            amount_to_buyer?: string | null;
            /**
             * @description The seller's part of a split.
             * @example 48.00
             */
            amount_to_seller?: string | null;
            /**
             * @description Who gets the money.
             * @example SPLIT
             */
            decision: string;
            /** @description What both sides are told. */
            note?: string | null;
        };
        /** @description Who gets the money. */
        Ruled: {
            /** @enum {string} */
            decision: "FULL_RELEASE";
        } | {
            /** @enum {string} */
            decision: "FULL_REFUND";
        } | {
            /**
             * @description How much the buyer gets.
             * @example 20.00
             */
            buyerAmount: string;
            /** @enum {string} */
            decision: "SPLIT";
            /**
             * @description How much the seller gets.
             * @example 60.00
             */
            sellerAmount: string;
        };
        /**
         * @description What a key may do.
         * @enum {string}
         */
        Scope: "read" | "write" | "support";
        /** @description Money to be sent. */
        SendTransfer: {
            /**
             * @description How much: a text with as many places as the currency has.
             * @example 12.50
             */
            amount: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description Whose it is. */
            from_user_id: string;
            /** @description What you want to find again. Both sides see it. */
            metadata?: Record<string, unknown>;
            /** @description What is said to whoever gets it. */
            note?: string | null;
            /** @description Who gets it. */
            to_user_id: string;
        };
        /**
         * @description How well something does.
         * @enum {string}
         */
        Status: "healthy" | "degraded" | "unhealthy";
        /** @description What somebody may be about to write. */
        SuggestionView: {
            /** @description The title of an active listing. */
            text: string;
        };
        /** @description How much, and of what. */
        Sum: {
            /**
             * @description How much.
             * @example 80.00
             */
            amount: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
        };
        /** @description What has to hold before an escrow is released. It goes one way as a whole; an arbiter may split it. */
        Terms: {
            /**
             * @description Whether every milestone has to be completed.
             * @default true
             */
            milestones_required: boolean;
        };
        /** @description A token that was made: it is shown this once. */
        TokenView: {
            /** @description Until when it works. */
            expires_at: string;
            /** @description What it may do. */
            scopes: components["schemas"]["Scope"][];
            /** @description What to send as `Authorization: Bearer …`. */
            token: string;
        };
        /** @description A top-up was called off. */
        TopUpCanceled: components["schemas"]["TopUpPart"] & {
            /** @description By whom. */
            canceledBy: components["schemas"]["Actor"];
            /** @description Why. */
            reason?: string | null;
        };
        /** @description A top-up was called off. */
        TopUpCanceledEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "topup";
            /** @enum {string} */
            eventType: "topup.canceled";
            payload: components["schemas"]["TopUpCanceled"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "topup.canceled";
        };
        /** @description Its owner has to confirm a top-up. */
        TopUpConfirmationRequired: components["schemas"]["TopUpPart"] & {
            /** @description The provider's page where that is done, where there is one. */
            confirmationUri?: string | null;
        };
        /** @description Its owner has to confirm a top-up. */
        TopUpConfirmationRequiredEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "topup";
            /** @enum {string} */
            eventType: "topup.confirmation_required";
            payload: components["schemas"]["TopUpConfirmationRequired"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "topup.confirmation_required";
        };
        /** @description There is a new top-up. */
        TopUpCreatedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "topup";
            /** @enum {string} */
            eventType: "topup.created";
            payload: components["schemas"]["TopUpPart"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "topup.created";
        };
        /** @description The money of a top-up will not come. */
        TopUpFailed: components["schemas"]["TopUpPart"] & {
            /** @description What the provider calls that. */
            errorCode?: string | null;
            /** @description What the provider calls it. */
            providerRef?: string | null;
            /** @description Why. */
            reason: string;
        };
        /** @description The money of a top-up will not come. */
        TopUpFailedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "topup";
            /** @enum {string} */
            eventType: "topup.failed";
            payload: components["schemas"]["TopUpFailed"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "topup.failed";
        };
        /** @description Which top-up. */
        TopUpPart: components["schemas"]["Sum"] & {
            /** @description Which top-up. */
            topupId: string;
            /** @description Whose. */
            userId: string;
        };
        /** @description The money of a top-up is on its way. */
        TopUpProcessingEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "topup";
            /** @enum {string} */
            eventType: "topup.processing";
            payload: components["schemas"]["TopUpPart"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "topup.processing";
        };
        /** @description The money of a top-up came. */
        TopUpSucceeded: components["schemas"]["TopUpPart"] & {
            /** @description What its owner can spend. */
            newAvailableBalance: string;
        };
        /** @description The money of a top-up came. */
        TopUpSucceededEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "topup";
            /** @enum {string} */
            eventType: "topup.succeeded";
            payload: components["schemas"]["TopUpSucceeded"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "topup.succeeded";
        };
        /** @description Money on its way in. */
        TopUpView: {
            /**
             * @description How much.
             * @example 100.00
             */
            amount: string;
            /**
             * @description Who has said that the money came, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
             *     others from ending it.
             */
            approvals: components["schemas"]["ApprovalView"][];
            /** @description Why it was called off, where that was said. */
            cancel_reason?: string | null;
            /** @description Where its owner goes on when it is not. */
            cancel_url?: string | null;
            /** @description The provider's page where its owner confirms it; nothing where money comes by hand, as there is no such page. */
            confirmation_uri?: string | null;
            /** @description When it was made. */
            created_at: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description Why the money did not come, if it failed. */
            failure_reason?: string | null;
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
             * @description Where its owner goes on when it is paid.
             * @example https://shop.example.org/paid
             */
            return_url?: string | null;
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
        /** @description One user sent another money. */
        TransferSent: components["schemas"]["Sum"] & {
            /** @description Whose it was. */
            fromUserId: string;
            /** @description What its sender said to it. */
            note?: string | null;
            /** @description Whose it is. */
            toUserId: string;
            /** @description Which transfer. */
            transferId: string;
        };
        /** @description One user sent another money. */
        TransferSentEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "transfer";
            /** @enum {string} */
            eventType: "transfer.sent";
            payload: components["schemas"]["TransferSent"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "transfer.sent";
        };
        /** @description What is to be different; what is not named stays. */
        UpdateEndpoint: {
            /** @description What you call it. */
            description?: string | null;
            /** @description Whether to tell it anything. Once it is enabled again, it is told what happened meanwhile. */
            enabled?: boolean | null;
            /** @description Of what. */
            types?: string[] | null;
            /** @description Where to tell it. */
            url?: string | null;
        };
        /** @description A user may trade again. */
        UserActivatedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "user";
            /** @enum {string} */
            eventType: "user.activated";
            payload: components["schemas"]["UserStatusChanged"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "user.activated";
        };
        /** @description There is a new user. */
        UserCreated: {
            /** @description Where it is written to. */
            email?: string | null;
            /** @description What the space calls it. */
            externalUserId?: string | null;
            /** @description How it stands. */
            status: components["schemas"]["UserStatus"];
            /** @description What it does. */
            type: components["schemas"]["UserKind"];
            /** @description Which user. */
            userId: string;
        };
        /** @description There is a new user. */
        UserCreatedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "user";
            /** @enum {string} */
            eventType: "user.created";
            payload: components["schemas"]["UserCreated"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "user.created";
        };
        /**
         * @description What a user does.
         * @enum {string}
         */
        UserKind: "buyer" | "seller" | "both";
        /**
         * @description How a user stands.
         * @enum {string}
         */
        UserStatus: "ACTIVE" | "SUSPENDED";
        /** @description A user may trade again, or not for now. */
        UserStatusChanged: {
            /** @description How it stands. */
            status: components["schemas"]["UserStatus"];
            /** @description Which user. */
            userId: string;
        };
        /** @description A user may not trade for now. */
        UserSuspendedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "user";
            /** @enum {string} */
            eventType: "user.suspended";
            payload: components["schemas"]["UserStatusChanged"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "user.suspended";
        };
        /** @description Money that one user sent another. */
        UserTransferView: {
            /**
             * @description How much.
             * @example 12.50
             */
            amount: string;
            /** @description When it was sent. */
            created_at: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description Whose it was. */
            from_user_id: string;
            /**
             * @description Its id.
             * @example trf_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What the sender, or its space, wants to find again. Both sides see it. */
            metadata: Record<string, unknown>;
            /** @description What its sender said to it. */
            note?: string | null;
            /** @description Whose it is. */
            to_user_id: string;
        };
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
        /** @description An order's money while neither side has it, with the parts that it is for. */
        WholeEscrowView: components["schemas"]["EscrowView"] & {
            /** @description The order's parts. */
            milestones: components["schemas"]["MilestoneView"][];
        };
        /** @description How much is moved, if it is to be made sure. */
        WholePrice: {
            /**
             * @description The whole price: another is refused.
             * @example 80.00
             */
            amount?: string | null;
        };
        /** @description A withdrawal was called off; the money is available again. */
        WithdrawalCanceled: components["schemas"]["WithdrawalPart"] & {
            /** @description By whom. */
            canceledBy: components["schemas"]["Actor"];
            /** @description What its owner can spend. */
            newAvailableBalance: string;
            /** @description Why. */
            reason?: string | null;
            /** @description Whether its money is available again. */
            refundedToBalance: boolean;
        };
        /** @description A withdrawal was called off; the money is available again. */
        WithdrawalCanceledEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "withdrawal";
            /** @enum {string} */
            eventType: "withdrawal.canceled";
            payload: components["schemas"]["WithdrawalCanceled"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "withdrawal.canceled";
        };
        /** @description A withdrawal is to be sent. */
        WithdrawalCommitted: components["schemas"]["WithdrawalPart"] & {
            /** @description What its owner can spend. */
            availableBalance: string;
            /** @description What its owner has set aside. */
            committedBalance: string;
        };
        /** @description A withdrawal is to be sent. */
        WithdrawalCommittedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "withdrawal";
            /** @enum {string} */
            eventType: "withdrawal.committed";
            payload: components["schemas"]["WithdrawalCommitted"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "withdrawal.committed";
        };
        /** @description A withdrawal was paid out. */
        WithdrawalCompleted: components["schemas"]["WithdrawalPart"] & {
            /** @description When. */
            completedAt: string;
            /** @description What the provider calls it. */
            providerRef?: string | null;
        };
        /** @description A withdrawal was paid out. */
        WithdrawalCompletedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "withdrawal";
            /** @enum {string} */
            eventType: "withdrawal.completed";
            payload: components["schemas"]["WithdrawalCompleted"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "withdrawal.completed";
        };
        /** @description There is a new withdrawal: its money is on hold. */
        WithdrawalCreated: components["schemas"]["WithdrawalPart"] & {
            /** @description Which place of that kind. */
            destinationRef: string;
            /** @description What kind of place it goes to. */
            destinationType: components["schemas"]["DestinationKind"];
        };
        /** @description There is a new withdrawal: its money is on hold. */
        WithdrawalCreatedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "withdrawal";
            /** @enum {string} */
            eventType: "withdrawal.created";
            payload: components["schemas"]["WithdrawalCreated"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "withdrawal.created";
        };
        /** @description A withdrawal was not paid out; the money is available again. */
        WithdrawalFailed: components["schemas"]["WithdrawalPart"] & {
            /** @description What the provider calls that. */
            errorCode?: string | null;
            /** @description What the provider calls it. */
            providerRef?: string | null;
            /** @description Why. */
            reason: string;
        };
        /** @description A withdrawal was not paid out; the money is available again. */
        WithdrawalFailedEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "withdrawal";
            /** @enum {string} */
            eventType: "withdrawal.failed";
            payload: components["schemas"]["WithdrawalFailed"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "withdrawal.failed";
        };
        /** @description Which withdrawal. */
        WithdrawalPart: components["schemas"]["Sum"] & {
            /** @description Whose. */
            userId: string;
            /** @description Which withdrawal. */
            withdrawalId: string;
        };
        /** @description A withdrawal is on its way. */
        WithdrawalPending: components["schemas"]["WithdrawalPart"] & {
            /** @description What the provider calls it. */
            providerRef?: string | null;
        };
        /** @description A withdrawal is on its way. */
        WithdrawalPendingEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "withdrawal";
            /** @enum {string} */
            eventType: "withdrawal.pending";
            payload: components["schemas"]["WithdrawalPending"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "withdrawal.pending";
        };
        /** @description Its owner has to do something for a withdrawal. */
        WithdrawalPendingUserAction: components["schemas"]["WithdrawalPart"] & {
            /** @description What. */
            actionRequired: string;
            /** @description Where. */
            actionUrl?: string | null;
        };
        /** @description Its owner has to do something for a withdrawal. */
        WithdrawalPendingUserActionEvent: components["schemas"]["EventHead"] & {
            /** @enum {string} */
            aggregateType: "withdrawal";
            /** @enum {string} */
            eventType: "withdrawal.pending_user_action";
            payload: components["schemas"]["WithdrawalPendingUserAction"];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "withdrawal.pending_user_action";
        };
        /** @description Money on its way out. */
        WithdrawalView: {
            /**
             * @description How much.
             * @example 80.00
             */
            amount: string;
            /**
             * @description Who has said that the money went, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
             *     others from ending it.
             */
            approvals: components["schemas"]["ApprovalView"][];
            /** @description Why it was called off, where that was said. */
            cancel_reason?: string | null;
            /** @description When it was made. */
            created_at: string;
            /**
             * @description Of what.
             * @example USD
             */
            currency: string;
            /** @description Where to. */
            destination: components["schemas"]["DestinationView"];
            /** @description Why it was not paid out, if it failed. */
            failure_reason?: string | null;
            /**
             * @description Its id.
             * @example wd_aebagbafaydqqcikbmga2dqpca
             */
            id: string;
            /** @description What the space wants to find again. */
            metadata: Record<string, unknown>;
            /** @description What the provider calls it. */
            provider_ref?: string | null;
            /**
             * @description How far it is.
             * @example WITHDRAWAL_COMMITTED
             */
            status: string;
            /** @description Since when it stands so. */
            updated_at: string;
            /** @description Whose. */
            user_id: string;
        };
    };
    responses: {
        /** @description VALIDATION_ERROR, MISSING_REQUIRED_FIELD, INVALID_REQUEST, INVALID_AMOUNT_FORMAT, INVALID_AMOUNT, INVALID_CURRENCY */
        Refused400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description UNAUTHORIZED, INVALID_API_KEY */
        Refused401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description INSUFFICIENT_SCOPE, FORBIDDEN */
        Refused403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description NOT_FOUND, USER_NOT_FOUND, TOPUP_NOT_FOUND, ORDER_NOT_FOUND, RESERVE_NOT_FOUND, MILESTONE_NOT_FOUND, ESCROW_NOT_FOUND, DISPUTE_NOT_FOUND, WITHDRAWAL_NOT_FOUND, LISTING_NOT_FOUND, OFFER_NOT_FOUND, TRANSFER_NOT_FOUND */
        Refused404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description METHOD_NOT_ALLOWED */
        Refused405: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description REQUEST_TIMEOUT */
        Refused408: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description ORDER_ALREADY_EXISTS, ESCROW_ALREADY_EXISTS, ESCROW_NOT_READY, DISPUTE_ALREADY_OPEN, WITHDRAWAL_NOT_COMMITTABLE, NOT_YOUR_TURN, OFFER_SUPERSEDED, INVALID_STATE, USER_ALREADY_EXISTS, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_PROGRESS */
        Refused409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description PAYLOAD_TOO_LARGE */
        Refused413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description RESERVE_MISMATCH_AMOUNT, INSUFFICIENT_FUNDS, USER_SUSPENDED */
        Refused422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description RATE_LIMITED */
        Refused429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description INTERNAL_ERROR */
        Refused500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
        /** @description MAINTENANCE_MODE, BUSY */
        Refused503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Refused"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `job_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_JobView"];
                };
            };
        };
    };
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
    reconcile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are about to be proved */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_JobView"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /**
                 * @description Only those about such things: `topup`, `order`, `api_key` …
                 * @example topup
                 */
                resource_type?: string;
                /** @description Only those about one thing. */
                resource_id?: string;
                /**
                 * @description Only those about what is a user's: what it asked for itself, what it owns, and of orders, disputes, offers and transfers those
                 *     that it pays.
                 */
                user_id?: string;
                /**
                 * @description Only those of an action.
                 * @example TOPUP_CREATE
                 */
                action?: string;
                /**
                 * @description Only those that are not older: a time in UTC.
                 * @example 2026-01-01T00:00:00.000Z
                 */
                from?: string;
                /**
                 * @description Only those that are older: a time in UTC.
                 * @example 2026-02-01T00:00:00.000Z
                 */
                to?: string;
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
    list_categories: {
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
            /** @description A page of categories */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_CategoryView"];
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
    list_disputes: {
        parameters: {
            query?: {
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
            /** @description A page of disputes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_DisputeView"];
                };
            };
        };
    };
    get_dispute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `dsp_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dispute */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_DisputeView"];
                };
            };
        };
    };
    assign_dispute: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `dsp_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignDispute"];
            };
        };
        responses: {
            /** @description It is under review */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_DisputeView"];
                };
            };
        };
    };
    comment_dispute: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `dsp_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CommentDispute"];
            };
        };
        responses: {
            /** @description It is said */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_CommentView"];
                };
            };
        };
    };
    list_comments: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description `dsp_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of comments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_CommentView"];
                };
            };
        };
    };
    resolve_dispute: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `dsp_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResolveDispute"];
            };
        };
        responses: {
            /** @description It is decided, and the order is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_DisputeView"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: {
                /**
                 * @description Behind which event to begin: its id, or its number in the space (of a key's streams alone), or `0` for all that is kept. Without
                 *     it, and without the header `Last-Event-ID`, which wins, with what happens from now on.
                 */
                since?: string;
                /** @description The same as `since`. */
                cursor?: string;
                /** @description Only those that concern a user; of an account, its own. */
                user_id?: string;
                /**
                 * @description Only those of these names: `order.created,topup.*`
                 * @example order.*,topup.succeeded
                 */
                types?: string;
                /**
                 * @description Only those about such things: `order,topup`
                 * @example order,topup
                 */
                resource_types?: string;
            };
            header?: {
                /** @description The last `id` that came: go on behind it */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, one after the other */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["EventFrame"];
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
            /** @description It works, though somebody may have to look at it */
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
    detailed_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It works, though somebody may have to look at it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailedHealthView"];
                };
            };
        };
    };
    list_listings: {
        parameters: {
            query?: {
                /**
                 * @description Only those that have all of these words, the best first: in any form of their accents, and the last may be the beginning of one.
                 *     Active ones alone, 200 at most; of words that more than 10,000 have, among the newest of these. Pages that follow show what was found at first, without what is active no longer.
                 * @example red bicy
                 */
                q?: string;
                /** @description Only a seller's. */
                seller_id?: string;
                /** @description Only those of a category. */
                category?: string;
                /** @description Only those that stand so. If nothing is said, active ones; of a seller that the caller acts for, all. */
                status?: string;
                /** @description Of what the price is: belongs to `price_min` and `price_max`. */
                currency?: string;
                /** @description What it costs at least. */
                price_min?: string;
                /** @description What it costs at most. */
                price_max?: string;
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
            /** @description A page of listings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_ListingView"];
                };
            };
        };
    };
    create_listing: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateListing"];
            };
        };
        responses: {
            /** @description It is a draft */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ListingView"];
                };
            };
        };
    };
    suggest: {
        parameters: {
            query: {
                /**
                 * @description What they have written.
                 * @example red bi
                 */
                q: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Titles of active listings, each once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_SuggestionView"];
                };
            };
        };
    };
    get_listing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `lst_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The listing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ListingView"];
                };
            };
        };
    };
    remove_listing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `lst_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone for good */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ListingView"];
                };
            };
        };
    };
    edit_listing: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `lst_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditListing"];
            };
        };
        responses: {
            /** @description What it says now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ListingView"];
                };
            };
        };
    };
    pause_listing: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `lst_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody can buy it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ListingView"];
                };
            };
        };
    };
    publish_listing: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `lst_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everyone may see and buy it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ListingView"];
                };
            };
        };
    };
    resume_listing: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `lst_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everyone may see and buy it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ListingView"];
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
    list_offers: {
        parameters: {
            query?: {
                /** @description Only a buyer's. */
                buyer_id?: string;
                /** @description Only a seller's. */
                seller_id?: string;
                /** @description Only those for a listing. */
                listing_id?: string;
                /** @description Only those that stood so when somebody last said something. */
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
            /** @description A page of offers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_OfferView"];
                };
            };
        };
    };
    make_offer: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MakeOffer"];
            };
        };
        responses: {
            /** @description It waits for the seller's answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OfferView"];
                };
            };
        };
    };
    get_offer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ofr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The offer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OfferView"];
                };
            };
        };
    };
    accept_offer: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `ofr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerOffer"];
            };
        };
        responses: {
            /** @description `order_id` is the order that it came to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OfferView"];
                };
            };
        };
    };
    counter_offer: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `ofr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CounterOffer"];
            };
        };
        responses: {
            /** @description It waits for the other side's answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OfferView"];
                };
            };
        };
    };
    decline_offer: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `ofr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerOffer"];
            };
        };
        responses: {
            /** @description It is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OfferView"];
                };
            };
        };
    };
    withdraw_offer: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `ofr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerOffer"];
            };
        };
        responses: {
            /** @description It is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OfferView"];
                };
            };
        };
    };
    list_orders: {
        parameters: {
            query?: {
                /** @description Only a buyer's. */
                buyer_id?: string;
                /** @description Only a seller's. */
                seller_id?: string;
                /** @description Only those that stand so. */
                status?: string;
                /**
                 * @description Only those that were made then or later: a time in UTC.
                 * @example 2026-01-31T00:00:00.000Z
                 */
                created_after?: string;
                /**
                 * @description Only those that were made before: a time in UTC.
                 * @example 2026-02-28T00:00:00.000Z
                 */
                created_before?: string;
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
            /** @description A page of orders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_OrderView"];
                };
            };
        };
    };
    create_order: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOrder"];
            };
        };
        responses: {
            /** @description It waits for the buyer's money */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    get_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    cancel_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancelOrder"] | null;
            };
        };
        responses: {
            /** @description It is over; the money is available again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    open_dispute: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenDispute"];
            };
        };
        responses: {
            /** @description It was open already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_DisputeView"];
                };
            };
            /** @description It waits for an arbiter */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_DisputeView"];
                };
            };
        };
    };
    get_escrow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The escrow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WholeEscrowView"];
                };
            };
        };
    };
    create_escrow: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CreateEscrow"] | null;
            };
        };
        responses: {
            /** @description It was there already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
            /** @description It waits for the money that is set aside */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    fund_escrow: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WholePrice"] | null;
            };
        };
        responses: {
            /** @description The seller can begin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    list_milestones: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_Vec_MilestoneView"];
                };
            };
        };
    };
    complete_milestone: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
                /** @description What the milestone is called */
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompleteMilestone"] | null;
            };
        };
        responses: {
            /** @description It is completed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    refund_order: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MoveEscrow"] | null;
            };
        };
        responses: {
            /** @description The buyer has the money back, and the order is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    release_order: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MoveEscrow"] | null;
            };
        };
        responses: {
            /** @description The seller has the money, and the order is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_OrderView"];
                };
            };
        };
    };
    reserve_order: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `ord_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReserveOrder"];
            };
        };
        responses: {
            /** @description The whole price is set aside */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_ReservedOrderView"];
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
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
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
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
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
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
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
                "application/json": components["schemas"]["ConfirmTopUp"] | null;
            };
        };
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
            /** @description It is noted: it takes another's word */
            202: {
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
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
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
    list_transfers: {
        parameters: {
            query?: {
                /** @description Only those that a user sent or received. */
                user_id?: string;
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
            /** @description A page of transfers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_UserTransferView"];
                };
            };
        };
    };
    send_transfer: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendTransfer"];
            };
        };
        responses: {
            /** @description It is the other's */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_UserTransferView"];
                };
            };
        };
    };
    get_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `trf_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transfer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_UserTransferView"];
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
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
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
    activate_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `usr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is active */
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
    suspend_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `usr_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is suspended */
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
    retry_delivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `whd_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is about to be sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_DeliveryView"];
                };
            };
        };
    };
    list_endpoints: {
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
            /** @description A page of endpoints */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_EndpointView"];
                };
            };
        };
    };
    create_endpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateEndpoint"];
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_NewEndpointView"];
                };
            };
        };
    };
    get_endpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `whe_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_EndpointView"];
                };
            };
        };
    };
    delete_endpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `whe_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    update_endpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `whe_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateEndpoint"];
            };
        };
        responses: {
            /** @description It is as was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_EndpointView"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description `whe_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_DeliveryView"];
                };
            };
        };
    };
    rotate_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `whe_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_NewEndpointView"];
                };
            };
        };
    };
    list_withdrawals: {
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
            /** @description A page of withdrawals */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Many_WithdrawalView"];
                };
            };
        };
    };
    create_withdrawal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWithdrawal"];
            };
        };
        responses: {
            /** @description Its money is on hold */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WithdrawalView"];
                };
            };
        };
    };
    get_withdrawal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `wd_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The withdrawal */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WithdrawalView"];
                };
            };
        };
    };
    cancel_withdrawal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `wd_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancelWithdrawal"] | null;
            };
        };
        responses: {
            /** @description Its money is available again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WithdrawalView"];
                };
            };
        };
    };
    commit_withdrawal: {
        parameters: {
            query?: never;
            header: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description `wd_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CommitWithdrawal"];
            };
        };
        responses: {
            /** @description It is to be sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WithdrawalView"];
                };
            };
        };
    };
    complete_withdrawal: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `wd_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompleteWithdrawal"] | null;
            };
        };
        responses: {
            /** @description It is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WithdrawalView"];
                };
            };
            /** @description It is noted: it takes another's word */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WithdrawalView"];
                };
            };
        };
    };
    fail_withdrawal: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description `wd_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FailWithdrawal"];
            };
        };
        responses: {
            /** @description Its money is available again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["One_WithdrawalView"];
                };
            };
        };
    };
}
