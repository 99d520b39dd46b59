// Written by `npm run docs:api` from the OpenAPI document. A test fails when it is out of date.

export interface paths {
    "/api/v1/product/licenses/activate": {
        post: operations["activate_license"];
    };
    "/api/v1/product/licenses/check": {
        get: operations["check_license"];
        post: operations["check_license_by_post"];
    };
    "/api/v1/product/licenses/deactivate": {
        post: operations["deactivate_license"];
    };
    "/api/v1/product/licenses/move": {
        post: operations["move_license"];
    };
    "/api/v1/product/licenses/seats": {
        get: operations["list_seats"];
    };
    "/edd/{brand}": {
        get: operations["edd"];
        post: operations["edd_by_post"];
    };
    "/api/v1/brand/licenses/provision": {
        post: operations["provision_licenses"];
    };
    "/api/v1/brand/licenses": {
        get: operations["list_licenses"];
    };
    "/api/v1/brand/licenses/{license_id}": {
        get: operations["get_license"];
        patch: operations["update_license"];
    };
    "/api/v1/admin/licenses": {
        get: operations["search_licenses"];
    };
    "/api/v1/brand/licenses/{license_id}/explain": {
        get: operations["explain_license"];
    };
    "/api/v1/brand/licenses/count": {
        get: operations["count_licenses"];
    };
    "/api/v1/brand/analytics": {
        get: operations["get_analytics"];
    };
    "/api/v1/brand/licenses/{license_id}/renew": {
        post: operations["renew_license"];
    };
    "/api/v1/brand/licenses/{license_id}/suspend": {
        post: operations["suspend_license"];
    };
    "/api/v1/brand/licenses/{license_id}/resume": {
        post: operations["resume_license"];
    };
    "/api/v1/brand/licenses/{license_id}/cancel": {
        post: operations["cancel_license"];
    };
    "/api/v1/brand/licenses/{license_id}/transfer": {
        post: operations["transfer_license"];
    };
    "/api/v1/brand/license-keys/{license_key_id}": {
        get: operations["get_license_key"];
    };
    "/api/v1/brand/license-keys/{license_key_id}/rotate": {
        post: operations["rotate_license_key"];
    };
    "/api/v1/brand/licenses/{license_id}/activations": {
        get: operations["list_activations"];
    };
    "/api/v1/brand/licenses/{license_id}/activations/{activation_id}": {
        delete: operations["deactivate_activation"];
    };
    "/api/v1/brand/licenses/{license_id}/activations/{activation_id}/restore": {
        post: operations["restore_activation"];
    };
    "/api/v1/brand/customers": {
        get: operations["list_customers"];
    };
    "/api/v1/brand/customers/{customer_id}": {
        get: operations["get_customer"];
        patch: operations["update_customer"];
    };
    "/api/v1/brand/customers/erase": {
        post: operations["erase_customer"];
    };
    "/api/v1/brand/customers/export": {
        get: operations["export_customer"];
    };
    "/api/v1/brand/products": {
        get: operations["list_products"];
        post: operations["create_product"];
    };
    "/api/v1/brand/products/{product}": {
        get: operations["get_product"];
        patch: operations["update_product"];
    };
    "/api/v1/admin/brands/{brand_id}/products": {
        get: operations["admin_list_products"];
        post: operations["admin_create_product"];
    };
    "/api/v1/admin/brands/{brand_id}/products/{product}": {
        get: operations["admin_get_product"];
        patch: operations["admin_update_product"];
    };
    "/api/v1/brand/products/{product}/releases": {
        get: operations["list_releases"];
        post: operations["create_release"];
    };
    "/api/v1/brand/products/{product}/releases/{release_id}": {
        get: operations["get_release"];
        patch: operations["update_release"];
    };
    "/api/v1/brand/products/{product}/releases/{release_id}/upload": {
        post: operations["upload_package"];
    };
    "/api/v1/brand/products/{product}/releases/{release_id}/publish": {
        post: operations["publish_release"];
    };
    "/api/v1/brand/products/{product}/releases/{release_id}/yank": {
        post: operations["yank_release"];
    };
    "/api/v1/product/releases/latest": {
        get: operations["latest_release"];
        post: operations["latest_release_by_post"];
    };
    "/updates/{brand}/{file}": {
        get: operations["plugin_update"];
    };
    "/composer/{brand}/packages.json": {
        get: operations["composer_repository"];
    };
    "/composer/{brand}/p2/{vendor}/{file}": {
        get: operations["composer_package"];
    };
    "/api/v1/brand/bundles": {
        get: operations["list_bundles"];
        post: operations["create_bundle"];
    };
    "/api/v1/brand/bundles/{bundle}": {
        delete: operations["delete_bundle"];
        patch: operations["update_bundle"];
    };
    "/api/v1/admin/brands/{brand_id}/bundles": {
        get: operations["admin_list_bundles"];
        post: operations["admin_create_bundle"];
    };
    "/api/v1/admin/brands/{brand_id}/bundles/{bundle}": {
        delete: operations["admin_delete_bundle"];
        patch: operations["admin_update_bundle"];
    };
    "/api/v1/brand/api-keys": {
        get: operations["list_api_keys"];
        post: operations["create_api_key"];
    };
    "/api/v1/brand/api-keys/{api_key_id}/rotate": {
        post: operations["rotate_api_key"];
    };
    "/api/v1/brand/api-keys/{api_key_id}": {
        delete: operations["revoke_api_key"];
    };
    "/api/v1/admin/brands/{brand_id}/api-keys": {
        get: operations["admin_list_api_keys"];
        post: operations["admin_create_api_key"];
    };
    "/api/v1/admin/brands/{brand_id}/api-keys/{api_key_id}/rotate": {
        post: operations["admin_rotate_api_key"];
    };
    "/api/v1/admin/brands/{brand_id}/api-keys/{api_key_id}": {
        delete: operations["admin_revoke_api_key"];
    };
    "/api/v1/admin/api-keys": {
        get: operations["list_platform_keys"];
        post: operations["create_platform_key"];
    };
    "/api/v1/admin/api-keys/{api_key_id}/rotate": {
        post: operations["rotate_platform_key"];
    };
    "/api/v1/admin/api-keys/{api_key_id}": {
        delete: operations["revoke_platform_key"];
    };
    "/api/v1/brand/events": {
        get: operations["list_events"];
    };
    "/api/v1/brand/licenses/{license_id}/events": {
        get: operations["list_license_events"];
    };
    "/api/v1/admin/events": {
        get: operations["search_events"];
    };
    "/api/v1/brand/webhook-endpoints": {
        get: operations["list_webhook_endpoints"];
        post: operations["create_webhook_endpoint"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}": {
        get: operations["get_webhook_endpoint"];
        delete: operations["delete_webhook_endpoint"];
        patch: operations["update_webhook_endpoint"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}/pause": {
        post: operations["pause_webhook_endpoint"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}/resume": {
        post: operations["resume_webhook_endpoint"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}/rotate-secret": {
        post: operations["rotate_webhook_secret"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}/test": {
        post: operations["test_webhook_endpoint"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}/replay": {
        post: operations["replay_events"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}/deliveries": {
        get: operations["list_webhook_deliveries"];
    };
    "/api/v1/brand/events/{event_id}/deliveries": {
        get: operations["list_event_deliveries"];
    };
    "/api/v1/brand/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/redeliver": {
        post: operations["redeliver_webhook"];
    };
    "/api/v1/brand/imports": {
        get: operations["list_imports"];
        post: operations["create_import"];
    };
    "/api/v1/brand/imports/{import_id}": {
        get: operations["get_import"];
    };
    "/api/v1/brand/imports/{import_id}/rows": {
        get: operations["list_import_rows"];
    };
    "/api/v1/brand/imports/{import_id}/run": {
        post: operations["run_import"];
    };
    "/api/v1/brand/imports/{import_id}/cancel": {
        post: operations["cancel_import"];
    };
    "/api/v1/brand/imports/{import_id}/undo": {
        post: operations["undo_import"];
    };
    "/api/v1/brand/exports": {
        get: operations["list_exports"];
        post: operations["create_export"];
    };
    "/api/v1/brand/exports/{export_id}": {
        get: operations["get_export"];
    };
    "/api/v1/admin/brands": {
        get: operations["list_brands"];
        post: operations["create_brand"];
    };
    "/api/v1/admin/brands/{brand_id}": {
        get: operations["get_brand"];
        patch: operations["update_brand"];
    };
    "/api/v1/admin/settings": {
        get: operations["get_settings"];
        patch: operations["update_settings"];
    };
    "/oauth/token": {
        post: operations["issue_token"];
    };
    "/health": {
        get: operations["health"];
    };
    "/health/db": {
        get: operations["health_db"];
    };
    "/ready": {
        get: operations["ready"];
    };
    "/openapi.json": {
        get: operations["openapi"];
    };
}
export interface components {
    schemas: {
        /** @description A token that stands in for an API key */
        AccessToken: {
            /** @description Send it as `Authorization: Bearer` */
            access_token: string;
            /**
             * @description The only type
             * @constant
             */
            token_type: "Bearer";
            /** @description The lifetime in seconds */
            expires_in: number;
            /** @description The scopes of the token, separated by spaces */
            scope: string;
        };
        ActivateLicenseRequest: {
            /** @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query */
            license_key?: string;
            /** @description The slug or id of the product. It is optional while the key carries one license */
            product?: string;
            /** @description The slug of the brand. Only imported keys without the brand’s prefix need it */
            brand?: string;
            /** @description The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor compared */
            instance_identifier: string;
            /**
             * @description The kind of `instance_identifier`; it is part of the identity of the instance
             * @default url
             * @enum {string}
             */
            instance_type?: "url" | "hostname" | "machine_id";
            /**
             * @description Asks for a `proof` of the answer: `1` or `true`
             * @enum {unknown}
             */
            proof?: true | 1 | "true" | "1" | false | 0 | "false" | "0";
            /** @description Asks for a `proof` that repeats this text, so that an earlier one cannot pass for it */
            nonce?: string;
            /** @description The id of an activation whose seat is freed for this instance, or `idle`: the seat that was not seen for the longest time, if that is as long ago as the policy asks (`swap_after_days`) and no seat is free */
            replace?: string;
            /** @description The id of the activation that the site holds. While that seat is another instance’s, the answer says so in `copy_of`: the site is probably a copy */
            activation_id?: string;
            /**
             * @description Up to 2 KB of text values that are shown with the activation
             * @default {}
             */
            metadata?: {
                [key: string]: string;
            };
        };
        /** @description A license that is active on the instance */
        ActivatedLicense: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            activation_id: string;
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            license_id: string;
            product: components["schemas"]["ProductReference"];
            /**
             * @description The state of the activation
             * @constant
             */
            status: "active";
            /** @description The active instances that take a seat */
            seats_used: number;
            /** @description Never below 0; null means unlimited */
            seats_remaining: number | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            activated_at: string;
            /** @description Only if the `activation_id` of the request is that of another instance: move the seat here, or activate a seat of its own */
            copy_of?: components["schemas"]["CopyOf"];
            /**
             * Format: date-time
             * @description The time at which a well-behaved client asks again
             */
            next_check_at: string;
            /**
             * Format: date-time
             * @description The time until which a client may rely on this answer when it cannot reach the service; null where the answer is no
             */
            stale_ok_until: string | null;
            /**
             * Format: date-time
             * @description The end of the grace period, if the license has an expiry and a grace period
             */
            grace_until: string | null;
            /** @description A text for the owner of the site, in whole sentences: what is so, and what to do. Null when `code` is `valid`, but for a copy of another site */
            detail: string | null;
            links: components["schemas"]["LicenseLinks"];
            /** @description With `proof` or `nonce`: the signed answer, a compact JWS. Null when no key can be had, as the header `License-Proof` says, and for several licenses of which none was named: each of them has its own */
            proof?: string | null;
        };
        /** @description A license on one instance: a site, a host or a machine */
        Activation: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The site, host or machine, as the caller named it */
            instance_identifier: string;
            /**
             * @description The kind of identifier
             * @enum {string}
             */
            instance_type: "url" | "hostname" | "machine_id";
            /**
             * @description A deactivated instance stays on record and takes no seat
             * @enum {string}
             */
            status: "active" | "deactivated";
            /** @description False for a local or staging site that the policy lets in for free */
            takes_seat: boolean;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            activated_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            deactivated_at: string | null;
            /**
             * Format: date-time
             * @description Updated at most once a day
             */
            last_checked_at: string | null;
            /** @description Your own text values, by name */
            metadata: {
                [key: string]: string;
            };
        };
        ActivationList: {
            /** @description The activations of this page */
            activations: components["schemas"]["Activation"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
            /** @description The calls that were refused lately, on the first page only */
            refused_calls?: components["schemas"]["RefusedCall"][];
        };
        /** @description The credential, person or job that made the change */
        Actor: {
            /**
             * @description `admin` is an API key of the platform, `person` a person in the console, `system` a job of the service
             * @enum {string}
             */
            type: "api_key" | "license_key" | "admin" | "person" | "system";
            /** @description The id of the credential or person, or the name of the job */
            id: string;
        };
        AdminCreateApiKeyRequest: {
            /** @description The purpose of the key */
            name: string;
            /** @description The scopes of the key. The default is all scopes of the caller, except `licenses:read:all_brands` */
            scopes?: ("licenses:read" | "licenses:write" | "licenses:read:all_brands" | "license_keys:reveal" | "events:read" | "customers:read" | "customers:write" | "products:read" | "products:write" | "releases:read" | "releases:write" | "api_keys:read" | "api_keys:write" | "webhooks:write" | "imports:read" | "imports:write")[];
            /**
             * Format: date-time
             * @description The key is refused from then on; null means never
             */
            expires_at?: string | null;
            /**
             * @description The address blocks from which the key can be used; an empty list allows all. The address that reaches the service counts, not the headers of a proxy
             * @default []
             */
            allowed_cidrs?: string[];
            /**
             * @description Requests per minute with this key; null means as many as the brand has
             * @default null
             */
            rate_limit_per_minute?: number | null;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        AdminCreateBundleRequest: {
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            /** @description The slugs or ids of products of the brand */
            products: string[];
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        AdminCreateProductRequest: {
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            policy?: components["schemas"]["Policy"];
            /** @description How WordPress knows the product; null if it does not */
            wordpress?: components["schemas"]["WordPressProduct"] | null;
            /** @description The page of the product */
            homepage?: string | null;
            /** @description The author, as sites show it */
            author?: string | null;
            /** @description Addresses of icons; they replace the earlier ones */
            icons?: components["schemas"]["ProductIcons"];
            /** @description Addresses of banners; they replace the earlier ones */
            banners?: components["schemas"]["ProductBanners"];
            /** @description The number by which clients of Easy Digital Downloads name the product; unique in the brand, null for none */
            edd_item_id?: number | null;
            /** @description The name by which older clients of Easy Digital Downloads name it; null means its name */
            edd_item_name?: string | null;
            links?: components["schemas"]["ProductLinksToSet"];
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description A change of one thing of a brand or of the platform team */
        AdminEvent: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description Counts the changes of one entity without a gap */
            seq: number;
            type: components["schemas"]["EventType"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            occurred_at: string;
            actor: components["schemas"]["Actor"];
            /** @description The `X-Request-Id` of the call that made the change */
            request_id: string;
            /** @description The reason that the caller gave; null when there is none */
            reason: string | null;
            /** @description The changed fields before the change; null for something new */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description The changed fields after the change; null for something deleted */
            after: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Present for an event that no webhook endpoint gets, such as those of an import
             * @constant
             */
            silent?: true;
            entity: components["schemas"]["EntityReference"];
            /** @description The brand that the event belongs to; null for events of the platform team, such as those of its keys */
            brand: components["schemas"]["BrandReference"] | null;
        };
        AdminEventList: {
            /** @description The events of this page */
            events: components["schemas"]["AdminEvent"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        AdminRotateApiKeyRequest: {
            /**
             * @description How many hours the old text keeps working, at most 30 days; 0 ends it at once
             * @default 0
             */
            overlap_hours?: number;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        AdminUpdateBundleRequest: {
            /** @description The name that people read */
            name?: string;
            /** @description The slugs or ids of products of the brand */
            products?: string[];
        };
        AdminUpdateProductRequest: {
            /** @description The name that people read */
            name?: string;
            /** @description Replaces the whole policy */
            policy?: components["schemas"]["Policy"];
            /** @description How WordPress knows the product; null if it does not */
            wordpress?: components["schemas"]["WordPressProduct"] | null;
            /** @description The page of the product */
            homepage?: string | null;
            /** @description The author, as sites show it */
            author?: string | null;
            /** @description Addresses of icons; they replace the earlier ones */
            icons?: components["schemas"]["ProductIcons"];
            /** @description Addresses of banners; they replace the earlier ones */
            banners?: components["schemas"]["ProductBanners"];
            /** @description The number by which clients of Easy Digital Downloads name the product; unique in the brand, null for none */
            edd_item_id?: number | null;
            /** @description The name by which older clients of Easy Digital Downloads name it; null means its name */
            edd_item_name?: string | null;
            links?: components["schemas"]["ProductLinksToSet"];
        };
        /** @description A metric of a brand over time */
        Analytics: {
            /** @description The metric that was asked for */
            metric: string;
            /**
             * @description The length of the periods
             * @enum {string}
             */
            granularity: "day" | "week" | "month";
            /** @description One point for each period, oldest first */
            series: components["schemas"]["AnalyticsPoint"][];
            /**
             * Format: date-time
             * @description The time of the newest change that is counted
             */
            as_of: string | null;
        };
        /** @description The value of a metric in one period */
        AnalyticsPoint: {
            /**
             * Format: date
             * @description The first day of the period
             */
            at: string;
            /** @description Null where this stage keeps no such number for a brand */
            value: number | null;
        };
        /** @description An API key, without its text */
        ApiKey: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The purpose of the key */
            name: string;
            /** @description The scopes of the key */
            scopes: string[];
            /** @description The last four characters of its text, to recognize it by */
            last_four: string;
            /**
             * Format: date-time
             * @description The key is refused from then on; null means never
             */
            expires_at: string | null;
            /** @description The address blocks from which the key can be used; an empty list allows all */
            allowed_cidrs: string[];
            /** @description Requests per minute with this key; null means as many as its owner has */
            rate_limit_per_minute: number | null;
            /**
             * Format: date-time
             * @description Updated once an hour
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description Null while the key works
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
        };
        ApiKeyList: {
            /** @description The API keys of this page */
            api_keys: components["schemas"]["ApiKey"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description An API key with its text */
        ApiKeyWithText: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The purpose of the key */
            name: string;
            /** @description The scopes of the key */
            scopes: string[];
            /** @description The last four characters of its text, to recognize it by */
            last_four: string;
            /**
             * Format: date-time
             * @description The key is refused from then on; null means never
             */
            expires_at: string | null;
            /** @description The address blocks from which the key can be used; an empty list allows all */
            allowed_cidrs: string[];
            /** @description Requests per minute with this key; null means as many as its owner has */
            rate_limit_per_minute: number | null;
            /**
             * Format: date-time
             * @description Updated once an hour
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description Null while the key works
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /** @description The text of the key. No other answer shows it */
            api_key: string;
        };
        /** @description A seller of products, with data of its own */
        Brand: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            /** @description The first letters of the brand’s license keys; it never changes */
            key_prefix: string;
            /**
             * @description The API keys of a suspended brand are refused
             * @enum {string}
             */
            status: "active" | "suspended";
            settings: components["schemas"]["BrandSettingsView"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
        };
        BrandList: {
            /** @description The brands of this page */
            brands: components["schemas"]["Brand"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description The brand that this belongs to */
        BrandReference: {
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
        };
        /** @description The settings of a brand */
        BrandSettings: {
            /**
             * @description The key of a purchase whose request names none; the default is per_customer
             * @enum {string}
             */
            license_key?: "per_customer" | "new";
            /** @description Requests per minute with all API keys of the brand; the default is 1,000 */
            rate_limit_per_minute?: number;
            /** @description The days before its expiry on which a license is announced as expiring; the default is 30, 7 and 1, an empty list means never */
            expiring_lead_days?: number[];
            /** @description Whether an import may bring license keys of 4 to 7 characters, which are easy to guess; the default is false */
            allow_short_keys?: boolean;
            /**
             * @description How much of the instances of a license its key shows to its holder; the default is masked
             * @enum {string}
             */
            seats_shown_to_key?: "full" | "masked" | "none";
            /** @description The page to which browsers at the address for Easy Digital Downloads are sent. `{license_key}` and `{item_id}` in it are filled in; without them neither is passed on */
            renewal_url?: string | null;
        };
        /** @description The settings of a brand */
        BrandSettingsView: {
            /**
             * @description The key of a purchase whose request names none; the default is per_customer
             * @enum {string}
             */
            license_key?: "per_customer" | "new";
            /** @description Requests per minute with all API keys of the brand; the default is 1,000 */
            rate_limit_per_minute?: number;
            /** @description The days before its expiry on which a license is announced as expiring; the default is 30, 7 and 1, an empty list means never */
            expiring_lead_days?: number[];
            /** @description Whether an import may bring license keys of 4 to 7 characters, which are easy to guess; the default is false */
            allow_short_keys?: boolean;
            /**
             * @description How much of the instances of a license its key shows to its holder; the default is masked
             * @enum {string}
             */
            seats_shown_to_key?: "full" | "masked" | "none";
            /** @description The page to which browsers at the address for Easy Digital Downloads are sent. `{license_key}` and `{item_id}` in it are filled in; without them neither is passed on */
            renewal_url?: string | null;
        };
        /** @description Products that are sold together */
        Bundle: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            /** @description The products that a purchase of the bundle provisions */
            products: components["schemas"]["BundleProduct"][];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
        };
        BundleList: {
            /** @description The bundles of this page */
            bundles: components["schemas"]["Bundle"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description A product of the bundle */
        BundleProduct: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
        };
        CancelLicenseRequest: {
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CheckLicenseByPostRequest: {
            /** @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query */
            license_key?: string;
            /** @description The slug or id of the product. It is optional while the key carries one license */
            product?: string;
            /** @description The slug of the brand. Only imported keys without the brand’s prefix need it */
            brand?: string;
            /** @description The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor compared */
            instance_identifier?: string;
            /**
             * @description The kind of `instance_identifier`; it is part of the identity of the instance. The default is `url`, and it must not be sent without `instance_identifier`
             * @enum {string}
             */
            instance_type?: "url" | "hostname" | "machine_id";
            /**
             * @description Asks for a `proof` of the answer: `1` or `true`
             * @enum {unknown}
             */
            proof?: true | 1 | "true" | "1" | false | 0 | "false" | "0";
            /** @description Asks for a `proof` that repeats this text, so that an earlier one cannot pass for it */
            nonce?: string;
            /** @description The id of the activation that the site holds. While that seat is another instance’s, the answer says so in `copy_of`: the site is probably a copy */
            activation_id?: string;
        };
        /** @description The activation of this instance */
        CheckedActivation: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            activated_at: string;
            /**
             * Format: date-time
             * @description Updated at most once a day
             */
            last_checked_at: string | null;
        };
        /** @description The license, without data about its customer */
        CheckedLicense: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            product: components["schemas"]["ProductReference"];
            /**
             * @description The state of the license; `code` says what follows from it for this instance
             * @enum {string}
             */
            status: "valid" | "expired" | "suspended" | "cancelled";
            /** @description Null means unlimited */
            seat_limit: number | null;
            /** @description The active instances that take a seat */
            seats_used: number;
            /** @description Never below 0; null means unlimited */
            seats_remaining: number | null;
            /**
             * Format: date-time
             * @description Null means for life
             */
            expires_at: string | null;
            /** @description How long the license will last from its first activation; null once its expiry is settled */
            starts_on_activation: string | null;
        };
        /** @description The package. `shasum` is its SHA-1, which is what Composer checks */
        ComposerDist: {
            /**
             * @description The kind of package
             * @constant
             */
            type: "zip";
            /** @description The address of the package. It stays the same, and asks for the license key */
            url: string;
            /** @description The id of the release */
            reference: string;
            /** @description The SHA-1 of the package */
            shasum: string;
        };
        /** @description Composer keeps it in the lock file and does not read it */
        ComposerExtra: {
            "license-service": components["schemas"]["ComposerSignature"];
        };
        /** @description The versions of a Composer package */
        ComposerPackage: {
            /** @description The versions that the license may have */
            packages: {
                [key: string]: components["schemas"]["ComposerVersion"][];
            };
        };
        /** @description The root of a Composer repository */
        ComposerRepository: {
            /** @description Empty: each package has an address of its own */
            packages: {
                [key: string]: unknown;
            };
            /** @description The address of a package */
            "metadata-url": string;
            /** @description The names of packages */
            "available-package-patterns": string[];
        };
        /** @description What tells the package from one that was not published here */
        ComposerSignature: {
            /** @description The SHA-256 of the package, in lower-case hex */
            sha256: string;
            /** @description The size of the package in bytes */
            size: number;
            /** @description The signature of the package; null while no signing key can be had */
            signature: string | null;
            /** @description The key of the signature */
            kid: string | null;
        };
        /** @description One version of a package */
        ComposerVersion: {
            /** @description The name of the package */
            name: string;
            /** @description The version */
            version: string;
            /** @description `wordpress-plugin` or `wordpress-theme` */
            type: string;
            /** @description The time of publishing */
            time: string;
            /** @description The page of the product */
            homepage?: string;
            /** @description The lowest version of PHP */
            require: {
                [key: string]: string;
            };
            dist: components["schemas"]["ComposerDist"];
            extra: components["schemas"]["ComposerExtra"];
        };
        /** @description The seat of another instance, whose activation the caller holds */
        CopyOf: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            activation_id: string;
            /** @description The instance of that seat, masked; null if nothing is known of it */
            instance: string | null;
        };
        CreateApiKeyRequest: {
            /** @description The purpose of the key */
            name: string;
            /** @description The scopes of the key. The default is all scopes of the caller, except `licenses:read:all_brands` */
            scopes?: ("licenses:read" | "licenses:write" | "licenses:read:all_brands" | "license_keys:reveal" | "events:read" | "customers:read" | "customers:write" | "products:read" | "products:write" | "releases:read" | "releases:write" | "api_keys:read" | "api_keys:write" | "webhooks:write" | "imports:read" | "imports:write")[];
            /**
             * Format: date-time
             * @description The key is refused from then on; null means never
             */
            expires_at?: string | null;
            /**
             * @description The address blocks from which the key can be used; an empty list allows all. The address that reaches the service counts, not the headers of a proxy
             * @default []
             */
            allowed_cidrs?: string[];
            /**
             * @description Requests per minute with this key; null means as many as the brand has
             * @default null
             */
            rate_limit_per_minute?: number | null;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreateBrandRequest: {
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            /** @description The first part of the brand’s license keys; it never changes */
            key_prefix: string;
            settings?: components["schemas"]["BrandSettings"];
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreateBundleRequest: {
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            /** @description The slugs or ids of products of the brand */
            products: string[];
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreateExportRequest: {
            /**
             * @description What to export
             * @default licenses
             * @enum {string}
             */
            what?: "licenses" | "events";
            /**
             * @description The format; events are NDJSON
             * @default ndjson
             * @enum {string}
             */
            format?: "ndjson" | "csv";
            /** @description Only keys with a license of this product */
            product?: string;
            /**
             * Format: date-time
             * @description Only events at this time or later; the default is 30 days ago
             */
            from?: string;
            /**
             * Format: date-time
             * @description Only events at this time or earlier
             */
            to?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreateImportRequest: {
            /** @description A name for people */
            name: string;
            /**
             * @description The format of the file
             * @enum {string}
             */
            format: "ndjson" | "csv";
            /**
             * @description The system that wrote the file
             * @default own
             * @enum {string}
             */
            preset?: "own" | "edd" | "lmfwc" | "wc_api_manager" | "freemius" | "lemon_squeezy" | "keygen";
            /** @description The columns of the file that have other names than in the preset, by field */
            mapping?: {
                [key: string]: string;
            };
            /** @description The products of the brand by the names that the file gives them */
            products?: {
                [key: string]: string;
            };
            /**
             * @description A dry run reads everything and writes nothing but its report
             * @enum {string}
             */
            mode: "dry_run" | "run";
            /**
             * @description What happens to a key that exists: it stays, the fields of the row win, or the row fails
             * @default skip
             * @enum {string}
             */
            on_conflict?: "skip" | "update" | "fail";
            /**
             * @description Whether webhook endpoints get the events of the import
             * @default false
             */
            emit_events?: boolean;
            defaults?: components["schemas"]["ImportDefaults"];
            /**
             * @description The most rows in a second; at most 500 for each product in the file, and 2,000 for all imports of the brand
             * @default 500
             */
            rows_per_second?: number;
            /** @description The file itself, up to 1 MB. Without it, the answer has an address to upload it to */
            file?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreatePlatformKeyRequest: {
            /** @description The purpose of the key */
            name: string;
            /** @description The scopes of the key. The default is all scopes of the caller */
            scopes?: ("platform:read" | "platform:write")[];
            /**
             * Format: date-time
             * @description The key is refused from then on; null means never
             */
            expires_at?: string | null;
            /**
             * @description The address blocks from which the key can be used; an empty list allows all. The address that reaches the service counts, not the headers of a proxy
             * @default []
             */
            allowed_cidrs?: string[];
            /**
             * @description Requests per minute with this key; null means as many as the brand has
             * @default null
             */
            rate_limit_per_minute?: number | null;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreateProductRequest: {
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            policy?: components["schemas"]["Policy"];
            /** @description How WordPress knows the product; null if it does not */
            wordpress?: components["schemas"]["WordPressProduct"] | null;
            /** @description The page of the product */
            homepage?: string | null;
            /** @description The author, as sites show it */
            author?: string | null;
            /** @description Addresses of icons; they replace the earlier ones */
            icons?: components["schemas"]["ProductIcons"];
            /** @description Addresses of banners; they replace the earlier ones */
            banners?: components["schemas"]["ProductBanners"];
            /** @description The number by which clients of Easy Digital Downloads name the product; unique in the brand, null for none */
            edd_item_id?: number | null;
            /** @description The name by which older clients of Easy Digital Downloads name it; null means its name */
            edd_item_name?: string | null;
            links?: components["schemas"]["ProductLinksToSet"];
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreateReleaseRequest: {
            /** @description The version, as the package has it. Versions compare as by PHP’s `version_compare` */
            version: string;
            /**
             * @description Sites on the beta channel get stable releases too
             * @default stable
             * @enum {string}
             */
            channel?: "stable" | "beta";
            /**
             * @description The share of sites that are offered the release. Raising it only adds sites; 0 halts it, and who has it keeps it
             * @default 100
             */
            rollout_percent?: number;
            /** @description The name that sites show */
            name?: string;
            /** @description The lowest version of WordPress */
            requires?: string;
            /** @description The highest version of WordPress that it was tested with */
            tested?: string;
            /** @description The lowest version of PHP */
            requires_php?: string;
            /** @description HTML by section. Only a few plain tags stay */
            sections?: {
                [key: string]: string;
            };
            /** @description A short text beside the update */
            upgrade_notice?: string;
            /** @description The size of the package in bytes: the upload must have exactly it */
            size?: number;
            /** @description The SHA-256 of the package, in lower-case hex: the upload must have exactly it */
            sha256?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        CreateWebhookEndpointRequest: {
            /**
             * Format: uri
             * @description The address that messages are posted to: `https`, port 443, a public host, without user, password or fragment. A local service (`npm start`) also accepts `http` and any port on loopback
             */
            url: string;
            /**
             * @description Types of event, all types of a noun (`license.*`), or everything (`*`). `license.deactivated` is a second name of `seat.deactivated`
             * @default [
             *       "*"
             *     ]
             */
            event_types?: string[];
            /** @description The purpose of the endpoint */
            description?: string | null;
            /** @description Slugs or ids of products. The endpoint then gets only events about these products; null means every event */
            products?: string[] | null;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description A person who has license keys, known by an e-mail */
        Customer: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description As it was given; for an erased customer a meaningless pseudonym */
            email: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description Null unless the customer’s data has been erased
             */
            erased_at: string | null;
        };
        /** @description An activation of one of the customer’s licenses */
        CustomerActivation: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The site, host or machine, as the caller named it */
            instance_identifier: string;
            /**
             * @description The kind of identifier
             * @enum {string}
             */
            instance_type: "url" | "hostname" | "machine_id";
            /**
             * @description A deactivated instance stays on record and takes no seat
             * @enum {string}
             */
            status: "active" | "deactivated";
            /** @description False for a local or staging site that the policy lets in for free */
            takes_seat: boolean;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            activated_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            deactivated_at: string | null;
            /**
             * Format: date-time
             * @description Updated at most once a day
             */
            last_checked_at: string | null;
            /** @description Your own text values, by name */
            metadata: {
                [key: string]: string;
            };
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            license_id: string;
        };
        /** @description A page of all data about a customer */
        CustomerExport: {
            customer: components["schemas"]["Customer"];
            /** @description The license keys on this page */
            license_keys: components["schemas"]["CustomerLicenseKey"][];
            /** @description The licenses of this page */
            licenses: components["schemas"]["License"][];
            /** @description The activations on this page */
            activations: components["schemas"]["CustomerActivation"][];
            /** @description The events of this page */
            events: components["schemas"]["Event"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description A license key of the customer */
        CustomerLicenseKey: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The text of the key. It is shown in full to API keys with the scope `license_keys:reveal`; other callers see its last four characters */
            key: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
        };
        CustomerList: {
            /** @description The customers of this page */
            customers: components["schemas"]["Customer"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description A customer with a page of licenses */
        CustomerWithLicenses: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description As it was given; for an erased customer a meaningless pseudonym */
            email: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description Null unless the customer’s data has been erased
             */
            erased_at: string | null;
            /** @description The keys of the licenses on this page */
            license_keys: components["schemas"]["CustomerLicenseKey"][];
            /** @description The licenses of this page */
            licenses: components["schemas"]["License"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        DeactivateLicenseRequest: {
            /** @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query */
            license_key?: string;
            /** @description The slug or id of the product. It is optional while the key carries one license */
            product?: string;
            /** @description The slug of the brand. Only imported keys without the brand’s prefix need it */
            brand?: string;
            /** @description The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor compared */
            instance_identifier?: string;
            /**
             * @description The kind of `instance_identifier`; it is part of the identity of the instance. The default is `url`, and it must not be sent without `instance_identifier`
             * @enum {string}
             */
            instance_type?: "url" | "hostname" | "machine_id";
            /** @description The id of the activation, from the answer to `activate`. It replaces the instance and the product */
            activation_id?: string;
        };
        /** @description A license that is not active on the instance */
        DeactivatedLicense: {
            /**
             * @description The state of the activation
             * @constant
             */
            status: "deactivated";
            /** @description The active instances that take a seat */
            seats_used: number;
            /** @description Never below 0; null means unlimited */
            seats_remaining: number | null;
        };
        /** @description The seats that are left, or `unlimited` */
        EddActivationsLeft: number | "unlimited";
        /** @description An answer in the protocol of Easy Digital Downloads */
        EddAnswer: {
            /** @description False for a refusal, and where the service cannot tell */
            success?: boolean;
            /** @description The status of the license; absent where the service cannot tell */
            license?: string;
            item_id?: components["schemas"]["EddItemId"];
            /** @description The name that was sent, or that of the product */
            item_name?: string;
            /** @description The same for the same key, site and product */
            checksum?: string;
            /** @description Why a license was not activated */
            error?: string;
            /** @description The expiry in UTC, or `lifetime` */
            expires?: string;
            /** @description The seat limit; 0 means unlimited */
            license_limit?: number;
            /** @description The seats that are used */
            site_count?: number;
            activations_left?: components["schemas"]["EddActivationsLeft"];
            /** @description The newest version that the site may be offered */
            new_version?: string;
            /** @description A link to the package; empty for a site that may not download it */
            package?: string;
            /** @description The texts about the release, serialized by PHP’s rules */
            sections?: string;
            /** @description The SHA-256 of the package, in lower-case hex */
            sha256?: string;
            /** @description The size of the package in bytes, in digits */
            size?: string;
            /** @description The signature of the package; empty while no signing key can be had */
            signature?: string;
            /** @description The key of the signature */
            kid?: string;
            /** @description What there is to say to a person */
            msg?: string;
        };
        EddByPostRequest: {
            /** @description `activate_license`, `deactivate_license`, `check_license` or `get_version` */
            edd_action?: string;
            /** @description The license key */
            license?: string;
            /** @description The `edd_item_id` of the product */
            item_id?: string;
            /** @description The `edd_item_name` of the product, or its name, instead of `item_id` */
            item_name?: string;
            /** @description The address of the site. The default is the one in the User-Agent of WordPress */
            url?: string;
            /** @description The WordPress environment type of the site; the default is `production` */
            environment?: string;
            /** @description The version that the site has */
            version?: string;
            /** @description The name under which the site keeps the product; it is sent back */
            slug?: string;
            /** @description `1` to be offered beta releases */
            beta?: string;
            /** @description The version of PHP on the site */
            php_version?: string;
            /** @description The version of WordPress on the site */
            wp_version?: string;
        };
        /** @description The item id that was sent; false if none was */
        EddItemId: number | false;
        /** @description The thing that has changed */
        EntityReference: {
            /** @description The kind of thing, such as `license` */
            type: string;
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
        };
        EraseCustomerRequest: {
            /**
             * Format: email
             * @description The e-mail address of the customer
             */
            email: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description The progress of an erasure */
        Erasure: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The pseudonym that is shown from now on */
            email: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            erased_at: string;
            /** @description False when one call was not enough: send the same request again */
            complete: boolean;
            overwritten: components["schemas"]["OverwrittenCounts"];
            /** @description The stored answers of idempotency keys that this call has deleted */
            answers_dropped: number;
        };
        /** @description A change of one thing of a brand */
        Event: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description Counts the changes of one entity without a gap */
            seq: number;
            type: components["schemas"]["EventType"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            occurred_at: string;
            actor: components["schemas"]["Actor"];
            /** @description The `X-Request-Id` of the call that made the change */
            request_id: string;
            /** @description The reason that the caller gave; null when there is none */
            reason: string | null;
            /** @description The changed fields before the change; null for something new */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description The changed fields after the change; null for something deleted */
            after: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Present for an event that no webhook endpoint gets, such as those of an import
             * @constant
             */
            silent?: true;
            entity: components["schemas"]["EntityReference"];
        };
        /** @description The license after the change */
        EventLicense: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            license_key: components["schemas"]["LicenseKeyReference"];
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            customer_id: string;
            product: components["schemas"]["ProductReference"];
            /**
             * @description The state of the license now. `expired` is shown from the second of its expiry, also within a grace period
             * @enum {string}
             */
            status: "valid" | "expired" | "suspended" | "cancelled";
            /** @description Null means unlimited */
            seat_limit: number | null;
            /** @description The active instances that take a seat */
            seats_used: number;
            /**
             * Format: date-time
             * @description Null means for life
             */
            expires_at: string | null;
            /** @description Your order or invoice number; null when there is none */
            external_id: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
        };
        EventList: {
            /** @description The events of this page */
            events: components["schemas"]["Event"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /**
         * @description The type of an event: a noun and what happened to it. New types are added; ignore those that you do not know. `license.deactivated` is a second name of `seat.deactivated`, and only for endpoints that ask for it
         * @enum {string}
         */
        EventType: "brand.created" | "brand.updated" | "product.created" | "product.updated" | "release.created" | "release.published" | "release.updated" | "release.yanked" | "bundle.created" | "bundle.updated" | "bundle.deleted" | "api_key.created" | "api_key.rotated" | "api_key.revoked" | "license_key.created" | "license_key.rotated" | "license_key.revealed" | "license.imported" | "license.import_undone" | "license.provisioned" | "license.renewed" | "license.updated" | "license.suspended" | "license.resumed" | "license.expiring" | "license.expired" | "license.cancelled" | "license.transferred" | "license.activated" | "license.seat_limit_reached" | "seat.deactivated" | "customer.updated" | "customer.erased" | "webhook_endpoint.created" | "webhook_endpoint.updated" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.disabled" | "webhook_endpoint.deleted" | "signing_key.rotated" | "signing_key.revoked" | "settings.updated" | "license.deactivated";
        /** @description The verdict that a check gives */
        ExplainedVerdict: {
            /** @description The one field that a plugin must obey; null when no instance was named */
            may_run: boolean | null;
            /** @description False when an expired license only keeps running */
            may_update: boolean;
            /**
             * @description The first rule that applies, in this order
             * @enum {string}
             */
            code: "product_not_on_key" | "cancelled" | "suspended" | "expired" | "not_activated" | "valid" | "valid_in_grace" | "valid_maintained";
        };
        /** @description The verdict of a check, and the reasons for it */
        Explanation: {
            verdict: components["schemas"]["ExplainedVerdict"];
            /** @description The rules in the order in which a check applies them; rules that no longer count are left out */
            chain: components["schemas"]["VerdictLink"][];
        };
        /** @description A file of a brand’s licenses or events */
        Export: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /**
             * @description What is exported
             * @enum {string}
             */
            what: "licenses" | "events";
            /**
             * @description The format of the file
             * @enum {string}
             */
            format: "ndjson" | "csv";
            /**
             * @description The state of the export
             * @enum {string}
             */
            state: "queued" | "running" | "done" | "failed";
            /** @description Keys or events in the file so far */
            rows: number;
            /** @description Present once the export is done, for a caller whose scopes show all that is in the file */
            download: components["schemas"]["ExportDownload"] | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the file was whole
             */
            finished_at: string | null;
        };
        /** @description Where the file is, for an hour */
        ExportDownload: {
            /** @description The address of the file */
            url: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            expires_at: string;
        };
        ExportList: {
            /** @description The exports of this page */
            exports: components["schemas"]["Export"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description One fault of the input */
        FieldError: {
            /** @description The position of the fault: an RFC 6901 pointer into the body, `?name` in the query, `{name}` in the path, or the name of a header */
            pointer: string;
            /** @description The rule that the input breaks */
            message: string;
        };
        /** @description An import of licenses from a file */
        Import: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The name that people read */
            name: string;
            /**
             * @description The format of the file
             * @enum {string}
             */
            format: "ndjson" | "csv";
            /**
             * @description The system that wrote the file
             * @enum {string}
             */
            preset: "own" | "edd" | "lmfwc" | "wc_api_manager" | "freemius" | "lemon_squeezy" | "keygen";
            /**
             * @description A dry run writes nothing but its report
             * @enum {string}
             */
            mode: "dry_run" | "run";
            /**
             * @description What happens to a key that exists
             * @enum {string}
             */
            on_conflict: "skip" | "update" | "fail";
            /** @description True if webhook endpoints get the events of the import */
            emit_events: boolean;
            /** @description The most rows in a second */
            rows_per_second: number;
            /**
             * @description The state of the import
             * @enum {string}
             */
            state: "waiting_for_file" | "queued" | "running" | "tried" | "done" | "failed" | "cancelled" | "undoing" | "undone";
            counts: components["schemas"]["ImportCounts"];
            progress: components["schemas"]["ImportProgress"];
            /** @description Present after a dry run */
            estimate: components["schemas"]["ImportEstimate"] | null;
            /** @description Present once an undo has begun */
            undone: components["schemas"]["ImportUndone"] | null;
            /** @description Why the whole file cannot be read */
            problem: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the first row was read
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description When the last row was done
             */
            finished_at: string | null;
        };
        /** @description What became of the rows so far */
        ImportCounts: {
            /** @description Rows that were read */
            rows: number;
            /** @description Keys that were created; in a dry run, that would be */
            created: number;
            /** @description Keys that existed and were changed */
            updated: number;
            /** @description Keys that existed as they are */
            unchanged: number;
            /** @description Rows with a fault, which changed nothing */
            failed: number;
        };
        /** @description The product and policy of licenses whose rows name none */
        ImportDefaults: {
            /** @description The slug or id */
            product?: string;
            policy?: components["schemas"]["Policy"];
        };
        /** @description What the run will take, according to a dry run */
        ImportEstimate: {
            /** @description How long the run will take at the rate of the import */
            seconds: number;
            /** @description Items that it will write */
            items: number;
            /** @description Write units that these cost, with those of the indexes */
            write_units: number;
            /** @description The price of these write units in dollars, on demand in us-east-1 */
            usd: number;
        };
        ImportList: {
            /** @description The imports of this page */
            imports: components["schemas"]["Import"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description How far the import has come */
        ImportProgress: {
            /** @description The part of the file that is done; 0 while its size is unknown */
            percent: number;
            /** @description The rate since the start */
            rows_per_second: number;
            /** @description The time left at this rate; null while it is unknown */
            seconds_left: number | null;
        };
        ImportRowList: {
            /** @description The rows of this page */
            rows: components["schemas"]["ImportRowReport"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description A row that needs a person */
        ImportRowReport: {
            /** @description The line of the file on which the row begins */
            line: number;
            /**
             * @description failed: nothing was written. left: an undo left it. noted: it was written, and something is worth a look
             * @enum {string}
             */
            outcome: "failed" | "left" | "noted";
            /** @description The reason, as a word */
            code: string;
            /** @description The path of the field in the row; empty for the whole row */
            field: string;
            /** @description The reason, for people */
            message: string;
        };
        /** @description What an undo removed and left */
        ImportUndone: {
            /** @description Licenses that were removed */
            removed: number;
            /** @description Licenses that somebody has used or changed since */
            left: number;
        };
        /** @description How to send the file. Begin soon: the address ends earlier if the credentials that signed it do */
        ImportUpload: {
            /** @description The address that takes the file */
            url: string;
            /**
             * @description The method of the upload
             * @constant
             */
            method: "PUT";
            /** @description Headers of the upload */
            headers: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description The address ends then, or with the credentials that signed it if that is earlier
             */
            expires_at: string;
        };
        /** @description An import, and how to send its file */
        ImportWithUpload: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The name that people read */
            name: string;
            /**
             * @description The format of the file
             * @enum {string}
             */
            format: "ndjson" | "csv";
            /**
             * @description The system that wrote the file
             * @enum {string}
             */
            preset: "own" | "edd" | "lmfwc" | "wc_api_manager" | "freemius" | "lemon_squeezy" | "keygen";
            /**
             * @description A dry run writes nothing but its report
             * @enum {string}
             */
            mode: "dry_run" | "run";
            /**
             * @description What happens to a key that exists
             * @enum {string}
             */
            on_conflict: "skip" | "update" | "fail";
            /** @description True if webhook endpoints get the events of the import */
            emit_events: boolean;
            /** @description The most rows in a second */
            rows_per_second: number;
            /**
             * @description The state of the import
             * @enum {string}
             */
            state: "waiting_for_file" | "queued" | "running" | "tried" | "done" | "failed" | "cancelled" | "undoing" | "undone";
            counts: components["schemas"]["ImportCounts"];
            progress: components["schemas"]["ImportProgress"];
            /** @description Present after a dry run */
            estimate: components["schemas"]["ImportEstimate"] | null;
            /** @description Present once an undo has begun */
            undone: components["schemas"]["ImportUndone"] | null;
            /** @description Why the whole file cannot be read */
            problem: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the first row was read
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description When the last row was done
             */
            finished_at: string | null;
            /** @description Null if the file was in the request */
            upload: components["schemas"]["ImportUpload"] | null;
        };
        IssueTokenRequest: {
            /** @description `client_credentials` */
            grant_type: string;
            /** @description The id of the API key, unless the header has it */
            client_id?: string;
            /** @description The text of the API key, unless the header has it */
            client_secret?: string;
            /** @description The scopes of the token, separated by spaces; the default is all */
            scope?: string;
        };
        /** @description The release that the site is offered */
        LatestRelease: {
            /** @description The version */
            version: string;
            /**
             * @description The channel of the release
             * @enum {string}
             */
            channel: "stable" | "beta";
            /** @description The name that sites show */
            name: string | null;
            /** @description The lowest version of WordPress */
            requires: string | null;
            /** @description The highest version of WordPress that it was tested with */
            tested: string | null;
            /** @description The lowest version of PHP */
            requires_php: string | null;
            /** @description HTML by section: `description`, `changelog` and others */
            sections: {
                [key: string]: string;
            };
            /** @description A short text beside the update */
            upgrade_notice: string | null;
            /** @description Addresses of icons */
            icons: {
                [key: string]: string;
            };
            /** @description Addresses of banners */
            banners: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            published_at: string;
            /** @description The SHA-256 of the package, in lower-case hex */
            sha256: string;
            /** @description The size of the package in bytes */
            size: number;
            /** @description The signature of the package; null while no signing key can be had */
            signature: string | null;
            /** @description The signing key that made it */
            kid: string | null;
        };
        /** @description The answer to a site that asks for an update */
        LatestReleaseAnswer: {
            /** @description Null when no release fits */
            release: components["schemas"]["LatestRelease"] | null;
            /** @description Null when the license does not allow the download */
            package: components["schemas"]["PackageLink"] | null;
            /**
             * @description The verdict on the license; `no_license` without a key, `no_release` when no release fits
             * @enum {string}
             */
            code: "valid" | "valid_in_grace" | "valid_maintained" | "not_activated" | "expired" | "suspended" | "cancelled" | "product_not_on_key" | "no_release" | "no_license";
            /** @description A sentence for the owner of the site; null for `valid` */
            detail: string | null;
        };
        LatestReleaseByPostRequest: {
            /** @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query */
            license_key?: string;
            /** @description The slug or id of the product. It is optional while the key carries one license */
            product?: string;
            /** @description The slug of the brand. It is required without a license key */
            brand?: string;
            /** @description The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor compared */
            instance_identifier?: string;
            /**
             * @description The kind of `instance_identifier`; it is part of the identity of the instance. The default is `url`, and it must not be sent without `instance_identifier`
             * @enum {string}
             */
            instance_type?: "url" | "hostname" | "machine_id";
            /**
             * @description The channel of the site
             * @default stable
             * @enum {string}
             */
            channel?: "stable" | "beta";
            /** @description The version that the site has */
            installed_version?: string;
            /** @description The version of PHP on the site */
            php_version?: string;
            /** @description The version of WordPress on the site */
            wp_version?: string;
            /** @description Only releases before this version: for a site that goes back to an older one */
            older_than?: string;
            /** @description The language of the site */
            locale?: string;
        };
        /** @description The right of a customer to use one product */
        License: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            license_key: components["schemas"]["LicenseKey"];
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            customer_id: string;
            product: components["schemas"]["ProductReference"];
            brand: components["schemas"]["BrandReference"];
            /**
             * @description The state of the license now. `expired` is shown from the second of its expiry, also within a grace period
             * @enum {string}
             */
            status: "valid" | "expired" | "suspended" | "cancelled";
            /** @description Null means unlimited */
            seat_limit: number | null;
            /** @description The active instances that take a seat */
            seats_used: number;
            /** @description Never below 0; null means unlimited */
            seats_remaining: number | null;
            /**
             * Format: date-time
             * @description Null means for life
             */
            expires_at: string | null;
            /** @description How long the license will last from its first activation, such as `P14D`; null once its expiry is settled */
            starts_on_activation: string | null;
            /** @description The duration it was bought with, by which it is renewed; null when the duration of its policy applies */
            duration: string | null;
            policy: components["schemas"]["PolicyView"];
            /** @description Your own text values, by name */
            metadata: {
                [key: string]: string;
            };
            /** @description Your order or invoice number; null when there is none */
            external_id: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
        };
        /** @description The number of licenses of a brand, or of one of its products */
        LicenseCount: {
            /** @description All licenses */
            count: number;
            by_status: components["schemas"]["LicensesByStatus"];
            /**
             * Format: date-time
             * @description The time of the newest change that is counted
             */
            as_of: string | null;
        };
        /** @description A change in the history of one license */
        LicenseEvent: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description Counts the changes of one entity without a gap */
            seq: number;
            type: components["schemas"]["EventType"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            occurred_at: string;
            actor: components["schemas"]["Actor"];
            /** @description The `X-Request-Id` of the call that made the change */
            request_id: string;
            /** @description The reason that the caller gave; null when there is none */
            reason: string | null;
            /** @description The changed fields before the change; null for something new */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description The changed fields after the change; null for something deleted */
            after: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Present for an event that no webhook endpoint gets, such as those of an import
             * @constant
             */
            silent?: true;
        };
        LicenseEventList: {
            /** @description The events of this page */
            events: components["schemas"]["LicenseEvent"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description The key that a customer enters */
        LicenseKey: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The text of the key. It is shown in full to API keys with the scope `license_keys:reveal` and to the caller that has just created it; other callers see it masked */
            key: string;
            /** @description The e-mail of the customer who has the key */
            customer_email: string;
        };
        /** @description The key of the license */
        LicenseKeyReference: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
        };
        /** @description A license key with its licenses */
        LicenseKeyWithLicenses: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The text of the key. It is shown in full to API keys with the scope `license_keys:reveal` and to the caller that has just created it; other callers see it masked */
            key: string;
            /** @description The e-mail of the customer who has the key */
            customer_email: string;
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            customer_id: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /** @description All licenses on the key, cancelled ones included */
            licenses: components["schemas"]["License"][];
        };
        /** @description The pages of the shop about this license, ready to be shown */
        LicenseLinks: {
            /** @description The page on which the license is renewed; null where there is none */
            renew_url: string | null;
            /** @description The page on which the license gets more seats; null where there is none */
            upgrade_url: string | null;
            /** @description The page on which the customer manages the license; null where there is none */
            manage_url: string | null;
            /** @description The page on which the customer gets help; null where there is none */
            support_url: string | null;
        };
        LicenseList: {
            /** @description The licenses of this page */
            licenses: components["schemas"]["License"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description The verdict on one of the licenses on the key */
        LicenseVerdict: {
            /** @description The one field that a plugin must obey; null when no instance was named */
            may_run: boolean | null;
            /** @description False when an expired license only keeps running */
            may_update: boolean;
            /** @description True when the license is valid */
            is_valid: boolean;
            /** @description True when the license is active on this instance; null when no instance was named */
            is_activated: boolean | null;
            /**
             * @description The first rule that applies, in this order
             * @enum {string}
             */
            code: "product_not_on_key" | "cancelled" | "suspended" | "expired" | "not_activated" | "valid" | "valid_in_grace" | "valid_maintained";
            license: components["schemas"]["CheckedLicense"];
            /** @description Null when the license is not active on this instance, or no instance was named */
            activation: components["schemas"]["CheckedActivation"] | null;
            /** @description Only if the `activation_id` of the request is that of another instance: move the seat here, or activate a seat of its own */
            copy_of?: components["schemas"]["CopyOf"];
            /**
             * Format: date-time
             * @description The time at which a well-behaved client asks again
             */
            next_check_at: string;
            /**
             * Format: date-time
             * @description The time until which a client may rely on this answer when it cannot reach the service; null where the answer is no
             */
            stale_ok_until: string | null;
            /**
             * Format: date-time
             * @description The end of the grace period, if the license has an expiry and a grace period
             */
            grace_until: string | null;
            /** @description A text for the owner of the site, in whole sentences: what is so, and what to do. Null when `code` is `valid`, but for a copy of another site */
            detail: string | null;
            links: components["schemas"]["LicenseLinks"];
            /** @description With `proof` or `nonce`: the signed answer, a compact JWS. Null when no key can be had, as the header `License-Proof` says, and for several licenses of which none was named: each of them has its own */
            proof?: string | null;
        };
        /** @description The licenses of each status */
        LicensesByStatus: {
            /** @description Neither expired nor stopped */
            valid: number;
            /** @description Past their expiry, those in grace included */
            expired: number;
            /** @description Stopped for the time being */
            suspended: number;
            /** @description Ended for good */
            cancelled: number;
        };
        MoveLicenseRequest: {
            /** @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query */
            license_key?: string;
            /** @description The slug or id of the product. It is optional while the key carries one license */
            product?: string;
            /** @description The slug of the brand. Only imported keys without the brand’s prefix need it */
            brand?: string;
            /** @description The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor compared */
            instance_identifier: string;
            /**
             * @description The kind of `instance_identifier`; it is part of the identity of the instance
             * @default url
             * @enum {string}
             */
            instance_type?: "url" | "hostname" | "machine_id";
            /**
             * @description Asks for a `proof` of the answer: `1` or `true`
             * @enum {unknown}
             */
            proof?: true | 1 | "true" | "1" | false | 0 | "false" | "0";
            /** @description Asks for a `proof` that repeats this text, so that an earlier one cannot pass for it */
            nonce?: string;
            /** @description The instance that has the seat, of the same `instance_type` */
            from_instance?: string;
            /** @description The id of the activation that has the seat, in place of it */
            activation_id?: string;
        };
        /** @description An error as in RFC 6749 §5.2 */
        OAuthError: {
            /** @description The code for programs */
            error: string;
            /** @description A sentence for the developer of the client */
            error_description: string;
        };
        /** @description The description of this API */
        OpenApiDocument: {
            /** @description The version of OpenAPI */
            openapi: string;
        };
        /** @description The items that this call has overwritten */
        OverwrittenCounts: {
            /** @description The licenses whose metadata was overwritten */
            licenses: number;
            /** @description The activations whose instance and metadata were overwritten */
            activations: number;
            /** @description The history entries whose texts were overwritten */
            journal_entries: number;
        };
        /** @description The download of a package */
        PackageLink: {
            /** @description The address of the package. It works as often as wanted until it ends */
            url: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            expires_at: string;
        };
        PauseWebhookEndpointRequest: {
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description The metadata of plugin-update-checker */
        PluginUpdate: {
            /** @description The name of the product */
            name: string;
            /** @description The folder of the product */
            slug: string;
            /** @description The newest version for the site; the installed one where there is none */
            version: string;
            /** @description The address of the package; absent when the license does not allow the download */
            download_url?: string;
            /** @description The page of the product */
            homepage: string;
            /** @description The lowest version of WordPress */
            requires: string;
            /** @description The highest version of WordPress that it was tested with */
            tested: string;
            /** @description The lowest version of PHP */
            requires_php: string;
            /** @description The time of publishing */
            last_updated: string;
            /** @description A short text beside the update */
            upgrade_notice: string;
            /** @description The author */
            author: string;
            /** @description The page of the author */
            author_homepage: string;
            /** @description HTML by section */
            sections: {
                [key: string]: string;
            };
            /** @description Addresses of icons */
            icons: {
                [key: string]: string;
            };
            /** @description Addresses of banners */
            banners: {
                [key: string]: string;
            };
            /** @description The SHA-256 of the package, in lower-case hex */
            sha256?: string;
            /** @description The size of the package in bytes */
            size?: number;
            /** @description The signature of the package; null without a signing key */
            signature?: string | null;
            /** @description The signing key that made it */
            kid?: string | null;
        };
        /** @description The terms of a license */
        Policy: {
            /** @description The seat limit; null means unlimited */
            seat_limit?: number | null;
            /** @description How long a license lasts; null means for life */
            duration?: string | null;
            /**
             * @description The start of the duration; the default is provision
             * @enum {string}
             */
            expiry_basis?: "provision" | "first_activation";
            /** @description The days after the expiry during which everything still works; the default is 0 */
            grace_days?: number;
            /**
             * @description maintain: an expired license keeps running without updates where it is active; the default is restrict
             * @enum {string}
             */
            expiration_strategy?: "restrict" | "maintain";
            /**
             * @description How far activations may exceed the seat limit; the default is none
             * @enum {string}
             */
            overage?: "none" | "1.25x" | "1.5x" | "2x" | "unlimited";
            /** @description Local sites take no seat, and staging sites take none up to the seat limit; the default is false */
            development_sites_free?: boolean;
            /** @description How often within 30 days a new instance can replace a deactivated one; the default, null, means unlimited */
            seat_moves_per_30_days?: number | null;
            /** @description The highest version of the product that updates may bring, itself included; by default there is none */
            max_version?: string;
            /** @description The days without a check after which `replace: idle` may free a seat; the default is 30, null means never */
            swap_after_days?: number | null;
            /** @description Hosts that are staging sites too: exact ones, or patterns in which * is one or more characters without a dot */
            staging_hosts?: string[];
            /** @description The hours after which a site checks again; the default is 12 */
            check_interval_hours?: number;
            /** @description The days for which a site may rely on its last good answer when it cannot reach the service; the default is 14 */
            offline_days?: number;
        };
        /** @description Fields replace the old ones. Null removes a field, except in `seat_limit`, where it means unlimited, and in `swap_after_days`, where it means never */
        PolicyChanges: {
            /** @description The seat limit; null means unlimited */
            seat_limit?: number | null;
            /** @description The duration of renewals from now on, whatever the license was bought with; null means for life */
            duration?: string | null;
            expiry_basis?: ("provision" | "first_activation") | null;
            /** @description The days after the expiry during which everything still works; the default is 0 */
            grace_days?: number | null;
            expiration_strategy?: ("restrict" | "maintain") | null;
            overage?: ("none" | "1.25x" | "1.5x" | "2x" | "unlimited") | null;
            /** @description Local sites take no seat, and staging sites take none up to the seat limit; the default is false */
            development_sites_free?: boolean | null;
            /** @description How often within 30 days a new instance can replace a deactivated one; the default, null, means unlimited */
            seat_moves_per_30_days?: number | null;
            /** @description The highest version of the product that updates may bring, itself included; by default there is none */
            max_version?: string | null;
            /** @description The days without a check after which `replace: idle` may free a seat; the default is 30, null means never */
            swap_after_days?: number | null;
            /** @description Hosts that are staging sites too: exact ones, or patterns in which * is one or more characters without a dot */
            staging_hosts?: string[] | null;
            /** @description The hours after which a site checks again; the default is 12 */
            check_interval_hours?: number | null;
            /** @description The days for which a site may rely on its last good answer when it cannot reach the service; the default is 14 */
            offline_days?: number | null;
        };
        /** @description The terms of a license */
        PolicyView: {
            /** @description The seat limit; null means unlimited */
            seat_limit?: number | null;
            /** @description How long a license lasts; null means for life */
            duration?: string | null;
            /**
             * @description The start of the duration; the default is provision
             * @enum {string}
             */
            expiry_basis?: "provision" | "first_activation";
            /** @description The days after the expiry during which everything still works; the default is 0 */
            grace_days?: number;
            /**
             * @description maintain: an expired license keeps running without updates where it is active; the default is restrict
             * @enum {string}
             */
            expiration_strategy?: "restrict" | "maintain";
            /**
             * @description How far activations may exceed the seat limit; the default is none
             * @enum {string}
             */
            overage?: "none" | "1.25x" | "1.5x" | "2x" | "unlimited";
            /** @description Local sites take no seat, and staging sites take none up to the seat limit; the default is false */
            development_sites_free?: boolean;
            /** @description How often within 30 days a new instance can replace a deactivated one; the default, null, means unlimited */
            seat_moves_per_30_days?: number | null;
            /** @description The highest version of the product that updates may bring, itself included; by default there is none */
            max_version?: string;
            /** @description The days without a check after which `replace: idle` may free a seat; the default is 30, null means never */
            swap_after_days?: number | null;
            /** @description Hosts that are staging sites too */
            staging_hosts?: string[];
            /** @description The hours after which a site checks again; the default is 12 */
            check_interval_hours?: number;
            /** @description The days for which a site may rely on its last good answer when it cannot reach the service; the default is 14 */
            offline_days?: number;
        };
        /** @description A problem as in RFC 9457. Facts such as `seat_limit` or `required_scope` stand beside these members, as the examples show. */
        Problem: {
            /**
             * Format: uri-reference
             * @description The address of the explanation
             */
            type: string;
            /** @description The kind of problem */
            title: string;
            /** @description The HTTP status */
            status: number;
            /** @description A sentence that a person can read */
            detail: string;
            /**
             * @description The code for programs; a closed list
             * @enum {string}
             */
            code: "license_key_not_found" | "license_key_replaced" | "bad_request" | "body_not_json" | "body_too_large" | "unsupported_media_type" | "method_not_allowed" | "rate_limited" | "busy" | "unavailable" | "internal_error" | "license_expired" | "license_suspended" | "license_cancelled" | "seat_limit_reached" | "seat_moves_exhausted" | "product_required" | "product_not_on_key" | "activation_not_found" | "idempotency_key_reused" | "license_key_required" | "product_not_found" | "download_not_allowed" | "download_ended" | "api_key_missing" | "api_key_invalid" | "api_key_expired" | "token_expired" | "address_not_allowed" | "wrong_kind_of_key" | "scope_missing" | "scope_not_grantable" | "too_many_failures" | "brand_suspended" | "license_not_found" | "customer_not_found" | "api_key_not_found" | "brand_not_found" | "bundle_not_found" | "webhook_endpoint_not_found" | "delivery_not_found" | "release_not_found" | "import_not_found" | "export_not_found" | "import_not_in_state" | "route_not_found" | "email_taken" | "customer_erased" | "answer_erased" | "slug_taken" | "edd_item_id_taken" | "key_prefix_taken" | "external_id_taken" | "product_held" | "webhook_endpoint_stopped" | "replay_under_way" | "version_taken" | "release_status_forbids" | "package_not_ready" | "api_key_revoked" | "illegal_transition" | "not_extendable" | "stale_version" | "weak_etag" | "product_already_on_key" | "license_key_of_another_customer" | "too_many_licenses_on_key" | "expiry_in_the_past" | "too_many_webhook_endpoints" | "no_duration" | "too_many_matches" | "package_refused" | "cursor_invalid" | "grant_type_unsupported";
            /** @description The same as in the header `X-Request-Id` */
            request_id: string;
            /** @description With `bad_request`: each fault of the input */
            errors?: components["schemas"]["FieldError"][];
            /**
             * Format: date-time
             * @description On the routes by which a site learns its verdict: the time at which a well-behaved client asks again
             */
            next_check_at?: string;
            /**
             * Format: date-time
             * @description On the routes by which a site learns its verdict: null. It is missing with 429, 500 and 503, which are no answer about the license: the client keeps the one that it has
             */
            stale_ok_until?: string | null;
            /**
             * Format: date-time
             * @description On the routes by which a site learns its verdict: the end of the grace period, if the license is known and has one
             */
            grace_until?: string | null;
            /** @description On the routes by which a site learns its verdict: the links of the product. They are missing with 429, 500 and 503 */
            links?: components["schemas"]["LicenseLinks"];
            /** @description On the routes by which a site learns its verdict: only if the caller holds the activation of another instance */
            copy_of?: components["schemas"]["CopyOf"];
            /** @description On the routes by which a site learns its verdict, with `proof` or `nonce`: the signed answer, if it is one about the license */
            proof?: string | null;
        } & {
            [key: string]: unknown;
        };
        /** @description A product for which licenses are provisioned */
        Product: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The name that people read */
            name: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            policy: components["schemas"]["PolicyView"];
            links: components["schemas"]["ProductLinks"];
            /** @description How WordPress knows the product; null if it does not */
            wordpress: components["schemas"]["WordPressProductView"] | null;
            /** @description The page of the product */
            homepage: string | null;
            /** @description The author, as sites show it */
            author: string | null;
            /** @description Addresses of icons, by `1x`, `2x` and `svg` */
            icons: {
                [key: string]: string;
            };
            /** @description Addresses of banners, by `low` and `high` */
            banners: {
                [key: string]: string;
            };
            /** @description The number by which clients of Easy Digital Downloads name the product */
            edd_item_id: number | null;
            /** @description The name by which older clients of Easy Digital Downloads name it */
            edd_item_name: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
        };
        /** @description Addresses of banners: 772 and 1544 pixels wide */
        ProductBanners: {
            [key: string]: string;
        };
        /** @description Addresses of icons: 128 and 256 pixels wide, and SVG */
        ProductIcons: {
            [key: string]: string;
        };
        /** @description The pages of the shop that sites show, with placeholders */
        ProductLinks: {
            /** @description The page on which the license is renewed; null where there is none */
            renew_url: string | null;
            /** @description The page on which the license gets more seats; null where there is none */
            upgrade_url: string | null;
            /** @description The page on which the customer manages the license; null where there is none */
            manage_url: string | null;
            /** @description The page on which the customer gets help; null where there is none */
            support_url: string | null;
        };
        /** @description The pages of your shop that sites show: http or https URLs. `{license_id}`, `{license_key_id}` and `{product}` (the slug) are filled in for each license. Null removes a link */
        ProductLinksToSet: {
            /** @description The page on which a license is renewed */
            renew_url?: string | null;
            /** @description The page on which a license gets more seats */
            upgrade_url?: string | null;
            /** @description The page on which a customer manages a license */
            manage_url?: string | null;
            /** @description The page on which a customer gets help */
            support_url?: string | null;
        };
        ProductList: {
            /** @description The products of this page */
            products: components["schemas"]["Product"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description The product that the license is for */
        ProductReference: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
            /** @description The name that people read */
            name: string;
        };
        /** @description The slug or id of a product, or an object with terms of its own */
        ProductToProvision: string | components["schemas"]["ProductWithTerms"];
        /** @description A product with terms of its own */
        ProductWithTerms: {
            /** @description The slug or id */
            product: string;
            /** @description The seat limit; null means unlimited. The default is that of the product’s policy, else 1 */
            max_seats?: number | null;
            /**
             * Format: date-time
             * @description The expiry; null means for life
             */
            expiration_date?: string | null;
            /** @description How long the license lasts. It is used instead of `expiration_date` */
            duration?: string;
            /** @description Terms that differ from the product’s policy */
            policy?: components["schemas"]["Policy"];
        };
        ProvisionLicensesRequest: {
            /**
             * Format: email
             * @description An e-mail address; it is trimmed and compared without case
             */
            customer_email: string;
            /** @description The products to provision */
            products?: components["schemas"]["ProductToProvision"][];
            /** @description The slug or id of a bundle. All of its products are provisioned */
            bundle?: string;
            /** @description The key to use: `per_customer`, `new`, or the text of an existing key. The default is the setting of the brand, which is `per_customer` unless changed */
            license_key?: string;
            /**
             * @description With `per_customer`: the action for a product that is already on the customer’s key
             * @default new_key
             * @enum {string}
             */
            if_held?: "new_key" | "renew" | "refuse";
            /** @description The seat limit; null means unlimited. The default is that of the product’s policy, else 1 */
            max_seats?: number | null;
            /**
             * Format: date-time
             * @description The expiry; null means for life
             */
            expiration_date?: string | null;
            /** @description How long the license lasts. It is used instead of `expiration_date` */
            duration?: string;
            /** @description Terms that differ from the product’s policy */
            policy?: components["schemas"]["Policy"];
            /** @description Your order or invoice number; each can be used once within a brand */
            external_id?: string;
            /** @description Your own text values, up to 2 KB */
            metadata?: {
                [key: string]: string;
            };
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description A license that the purchase created or renewed */
        ProvisionedLicense: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            product_id: string;
            /** @description The public name in URLs and requests; it never changes */
            product_slug: string;
            /** @description The name that people read */
            product_name: string;
            /**
             * @description The state of the license now. `expired` is shown from the second of its expiry, also within a grace period
             * @enum {string}
             */
            status: "valid" | "expired" | "suspended" | "cancelled";
            /** @description Null means unlimited */
            seat_limit: number | null;
            /** @description The active instances that take a seat */
            seats_used: number;
            /** @description Never below 0; null means unlimited */
            seats_remaining: number | null;
            /**
             * Format: date-time
             * @description Null means for life
             */
            expires_at: string | null;
            /** @description How long the license will last from its first activation, such as `P14D`; null once its expiry is settled */
            starts_on_activation: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
        };
        /** @description The key that carries the licenses */
        ProvisionedLicenseKey: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The text of the key. It is shown in full to API keys with the scope `license_keys:reveal` and to the caller that has just created it; other callers see it masked */
            key: string;
            /** @description The e-mail of the customer who has the key */
            customer_email: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
        };
        /** @description The outcome of a purchase */
        ProvisionedLicenses: {
            license_key: components["schemas"]["ProvisionedLicenseKey"];
            /** @description One license per product */
            licenses: components["schemas"]["ProvisionedLicense"][];
        };
        PublishReleaseRequest: {
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        RedeliverWebhookRequest: {
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description A call of an instance that was refused */
        RefusedCall: {
            /** @description The code of the problem that the caller got */
            code: string;
            /** @description The site, host or machine, as the caller named it */
            instance_identifier: string;
            /**
             * @description The kind of identifier
             * @enum {string}
             */
            instance_type: "url" | "hostname" | "machine_id";
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            occurred_at: string;
        };
        /** @description One version of a product */
        Release: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            product: components["schemas"]["ReleasedProduct"];
            /** @description The version */
            version: string;
            /**
             * @description Sites on the beta channel get stable releases too
             * @enum {string}
             */
            channel: "stable" | "beta";
            /**
             * @description A published release is offered to sites; a yanked one no longer
             * @enum {string}
             */
            status: "draft" | "published" | "yanked";
            /** @description The share of sites that are offered the release */
            rollout_percent: number;
            /** @description The name that sites show */
            name: string | null;
            /** @description The lowest version of WordPress */
            requires: string | null;
            /** @description The highest version of WordPress that it was tested with */
            tested: string | null;
            /** @description The lowest version of PHP */
            requires_php: string | null;
            /** @description HTML by section: `description`, `changelog` and others */
            sections: {
                [key: string]: string;
            };
            /** @description A short text beside the update */
            upgrade_notice: string | null;
            package: components["schemas"]["ReleasePackage"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            published_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            yanked_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
        };
        ReleaseList: {
            /** @description The releases of this page */
            releases: components["schemas"]["Release"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description The package of a release */
        ReleasePackage: {
            /**
             * @description A package is waited for, checked, accepted, or refused; a refused one may be replaced
             * @enum {string}
             */
            state: "waiting" | "checking" | "accepted" | "refused";
            /** @description Bytes; null until it is accepted */
            size: number | null;
            /** @description In lower-case hex; null until it is accepted */
            sha256: string | null;
            /** @description The reasons of a refusal */
            errors: string[];
        };
        /** @description Where and how the package is uploaded */
        ReleaseUpload: {
            /**
             * @description The method of the upload
             * @constant
             */
            method: "PUT";
            /** @description The address to which the package is sent */
            url: string;
            /** @description Headers that the upload must have, with these values */
            headers: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description The address ends then, or with the credentials that signed it if that is earlier
             */
            expires_at: string;
        };
        /** @description A draft, and where its package is uploaded */
        ReleaseWithUpload: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            product: components["schemas"]["ReleasedProduct"];
            /** @description The version */
            version: string;
            /**
             * @description Sites on the beta channel get stable releases too
             * @enum {string}
             */
            channel: "stable" | "beta";
            /**
             * @description A published release is offered to sites; a yanked one no longer
             * @enum {string}
             */
            status: "draft" | "published" | "yanked";
            /** @description The share of sites that are offered the release */
            rollout_percent: number;
            /** @description The name that sites show */
            name: string | null;
            /** @description The lowest version of WordPress */
            requires: string | null;
            /** @description The highest version of WordPress that it was tested with */
            tested: string | null;
            /** @description The lowest version of PHP */
            requires_php: string | null;
            /** @description HTML by section: `description`, `changelog` and others */
            sections: {
                [key: string]: string;
            };
            /** @description A short text beside the update */
            upgrade_notice: string | null;
            package: components["schemas"]["ReleasePackage"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            published_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            yanked_at: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            upload: components["schemas"]["ReleaseUpload"];
        };
        /** @description The product of a release */
        ReleasedProduct: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The public name in URLs and requests; it never changes */
            slug: string;
        };
        RenewLicenseRequest: {
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
            /**
             * Format: date-time
             * @description The new expiry, later or earlier than the old one but not in the past; null means for life
             */
            expiration_date?: string | null;
            /** @description A duration from the old expiry, also during the grace period; from now if that is over. It is used instead of `expiration_date` */
            extend_by?: string;
            /** @description Your order or invoice number; each can be used once within a brand */
            external_id?: string;
        };
        ReplayEventsRequest: {
            /**
             * Format: date-time
             * @description The first second, at most 30 days ago; a date means the last second of that day in UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description The last second. The default is now
             */
            to?: string;
            /** @description Only these types, among those that the endpoint subscribes to */
            event_types?: string[];
            /**
             * @description Messages per minute, in addition to new events
             * @default 600
             */
            per_minute?: number;
            /**
             * @description True leaves out the events that this endpoint has already received
             * @default false
             */
            only_undelivered?: boolean;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        RestoreActivationRequest: {
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
        };
        ResumeLicenseRequest: {
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        ResumeWebhookEndpointRequest: {
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description A webhook endpoint after its resumption */
        ResumedWebhookEndpoint: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The address that gets the messages */
            url: string;
            /** @description Your own note */
            description: string | null;
            /** @description The events that it gets, such as `license.renewed`, `license.*` or `*` */
            event_types: string[];
            /** @description The ids of the products; null means every event */
            products: string[] | null;
            /** @description The version of the payload; it is fixed at creation */
            payload_version: string;
            /**
             * @description `paused` by you or `disabled` by the service. Nothing is sent until the endpoint is resumed
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** @description `gone`: it answered 410. `failing`: it only failed for five days */
            disabled_reason: ("gone" | "failing") | null;
            /**
             * Format: date-time
             * @description Nothing has been sent since then
             */
            stopped_at: string | null;
            /**
             * Format: date-time
             * @description The end of the overlap, during which the previous secret signs too
             */
            old_secret_valid_until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description Undelivered events since then are sent now; null when the endpoint was not stopped
             */
            catch_up_from: string | null;
        };
        RotateApiKeyRequest: {
            /**
             * @description How many hours the old text keeps working, at most 30 days; 0 ends it at once
             * @default 0
             */
            overlap_hours?: number;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        RotateLicenseKeyRequest: {
            /**
             * @description How many hours the old text keeps working, at most 30 days; 0 ends it at once
             * @default 0
             */
            overlap_hours?: number;
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        RotatePlatformKeyRequest: {
            /**
             * @description How many hours the old text keeps working, at most 30 days; 0 ends it at once
             * @default 0
             */
            overlap_hours?: number;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        RotateWebhookSecretRequest: {
            /**
             * @description How many hours the old secret signs too, at most 7 days; 0 ends it at once
             * @default 24
             */
            overlap_hours?: number;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description A license key with its new text */
        RotatedLicenseKey: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The text of the key. It is shown in full to API keys with the scope `license_keys:reveal` and to the caller that has just created it; other callers see it masked */
            key: string;
            /** @description The e-mail of the customer who has the key */
            customer_email: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The end of the overlap; null when there is none
             */
            old_key_valid_until: string | null;
        };
        /** @description A seat as the holder of the license key sees it */
        Seat: {
            /**
             * Format: uuid
             * @description The id of the activation, for `replace`, `move` and `deactivate`
             */
            activation_id: string;
            /** @description The instance as the brand’s setting `seats_shown_to_key` says: in full, masked (`sh••.example`) or null */
            instance: string | null;
            /**
             * @description The kind of site, by its name and the policy
             * @enum {string}
             */
            kind: "production" | "staging" | "local";
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            activated_at: string;
            /**
             * Format: date-time
             * @description Updated at most once a day
             */
            last_checked_at: string | null;
        };
        /** @description The seats of a license */
        SeatList: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            license_id: string;
            product: components["schemas"]["ProductReference"];
            /** @description Null means unlimited */
            seat_limit: number | null;
            /** @description The active instances that take a seat */
            seats_used: number;
            /** @description Never below 0; null means unlimited */
            seats_remaining: number | null;
            /** @description Up to ten active instances, those that were not seen for the longest first */
            seats: components["schemas"]["Seat"][];
        };
        /** @description The service works */
        ServiceHealth: {
            /**
             * @description The only answer; a fault is a problem
             * @constant
             */
            status: "ok";
        };
        /** @description Settings of the whole stage */
        Settings: {
            /** @description Multiplies the time between two checks of every site, whatever the answer was. 1 is the usual value; with 4, the whole fleet asks a quarter as often */
            check_interval_factor: number;
            /**
             * Format: date-time
             * @description Null until a setting is changed
             */
            updated_at: string | null;
        };
        SuspendLicenseRequest: {
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        TestWebhookEndpointRequest: {
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        TransferLicenseRequest: {
            /**
             * Format: email
             * @description The e-mail address of the new customer, who is created if the brand does not have them yet
             */
            customer_email: string;
            /**
             * @description True keeps the sites active; false frees all seats
             * @default false
             */
            keep_activations?: boolean;
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        UpdateBrandRequest: {
            /** @description The name that people read */
            name?: string;
            /**
             * @description The brand routes of a suspended brand answer 403; the verdicts of its sites do not change
             * @enum {string}
             */
            status?: "active" | "suspended";
            /** @description Replaces the settings that it names; the others stay */
            settings?: components["schemas"]["BrandSettings"];
        };
        UpdateBundleRequest: {
            /** @description The name that people read */
            name?: string;
            /** @description The slugs or ids of products of the brand */
            products?: string[];
        };
        UpdateCustomerRequest: {
            /**
             * Format: email
             * @description The new e-mail address
             */
            email: string;
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
        };
        UpdateLicenseRequest: {
            /** @description The new seat limit; null means unlimited. A limit below the seats in use keeps them and refuses new ones */
            max_seats?: number | null;
            /** @description The slug or id of the new product. Its policy is copied onto the license. Seats, expiry and the duration it was bought with stay unless the request changes them */
            product?: string;
            /**
             * Format: date-time
             * @description The new expiry, which must not be in the past; null means for life
             */
            expiration_date?: string | null;
            /** @description Text values by name. A value replaces the old one, null removes it, and all other names stay as they are */
            metadata?: {
                [key: string]: string | null;
            };
            policy?: components["schemas"]["PolicyChanges"];
            /** @description The reason for this change; it is stored in the history */
            reason?: string;
        };
        UpdateProductRequest: {
            /** @description The name that people read */
            name?: string;
            /** @description Replaces the whole policy */
            policy?: components["schemas"]["Policy"];
            /** @description How WordPress knows the product; null if it does not */
            wordpress?: components["schemas"]["WordPressProduct"] | null;
            /** @description The page of the product */
            homepage?: string | null;
            /** @description The author, as sites show it */
            author?: string | null;
            /** @description Addresses of icons; they replace the earlier ones */
            icons?: components["schemas"]["ProductIcons"];
            /** @description Addresses of banners; they replace the earlier ones */
            banners?: components["schemas"]["ProductBanners"];
            /** @description The number by which clients of Easy Digital Downloads name the product; unique in the brand, null for none */
            edd_item_id?: number | null;
            /** @description The name by which older clients of Easy Digital Downloads name it; null means its name */
            edd_item_name?: string | null;
            links?: components["schemas"]["ProductLinksToSet"];
        };
        UpdateReleaseRequest: {
            /** @description The share of sites that are offered the release. Raising it only adds sites; 0 halts it, and who has it keeps it */
            rollout_percent?: number;
            /** @description The name that sites show */
            name?: string | null;
            /** @description The lowest version of WordPress */
            requires?: string | null;
            /** @description The highest version of WordPress that it was tested with */
            tested?: string | null;
            /** @description The lowest version of PHP */
            requires_php?: string | null;
            sections?: {
                [key: string]: string;
            } | null;
            /** @description A short text beside the update */
            upgrade_notice?: string | null;
        };
        UpdateSettingsRequest: {
            /** @description Multiplies the time between two checks of every site, whatever the answer was. 1 is the usual value; with 4, the whole fleet asks a quarter as often */
            check_interval_factor: number;
        };
        UpdateWebhookEndpointRequest: {
            /**
             * Format: uri
             * @description The address that messages are posted to: `https`, port 443, a public host, without user, password or fragment. A local service (`npm start`) also accepts `http` and any port on loopback
             */
            url?: string;
            /** @description Types of event, all types of a noun (`license.*`), or everything (`*`). `license.deactivated` is a second name of `seat.deactivated` */
            event_types?: string[];
            /** @description The purpose of the endpoint */
            description?: string | null;
            /** @description Slugs or ids of products. The endpoint then gets only events about these products; null means every event */
            products?: string[] | null;
        };
        /** @description A license after a change */
        UpdatedLicense: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            license_key: components["schemas"]["LicenseKey"];
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            customer_id: string;
            product: components["schemas"]["ProductReference"];
            brand: components["schemas"]["BrandReference"];
            /**
             * @description The state of the license now. `expired` is shown from the second of its expiry, also within a grace period
             * @enum {string}
             */
            status: "valid" | "expired" | "suspended" | "cancelled";
            /** @description Null means unlimited */
            seat_limit: number | null;
            /** @description The active instances that take a seat */
            seats_used: number;
            /** @description Never below 0; null means unlimited */
            seats_remaining: number | null;
            /**
             * Format: date-time
             * @description Null means for life
             */
            expires_at: string | null;
            /** @description How long the license will last from its first activation, such as `P14D`; null once its expiry is settled */
            starts_on_activation: string | null;
            /** @description The duration it was bought with, by which it is renewed; null when the duration of its policy applies */
            duration: string | null;
            policy: components["schemas"]["PolicyView"];
            /** @description Your own text values, by name */
            metadata: {
                [key: string]: string;
            };
            /** @description Your order or invoice number; null when there is none */
            external_id: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            /** @description The fields whose value has changed; empty when the request changed nothing */
            changed: ("product" | "seat_limit" | "expires_at" | "duration" | "starts_on_activation" | "policy" | "metadata")[];
        };
        UploadPackageRequest: {
            /** @description The size of the package in bytes: the upload must have exactly it */
            size?: number;
            /** @description The SHA-256 of the package, in lower-case hex: the upload must have exactly it */
            sha256?: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
        /** @description The answer to a check */
        Verdict: {
            /** @description The one field that a plugin must obey; null when no instance was named */
            may_run: boolean | null;
            /** @description False when an expired license only keeps running */
            may_update: boolean;
            /** @description True when the license is valid */
            is_valid: boolean;
            /** @description True when the license is active on this instance; null when no instance was named */
            is_activated: boolean | null;
            /**
             * @description The first rule that applies, in this order
             * @enum {string}
             */
            code: "product_not_on_key" | "cancelled" | "suspended" | "expired" | "not_activated" | "valid" | "valid_in_grace" | "valid_maintained";
            /** @description Null when the key carries several licenses and the request named no product */
            license: components["schemas"]["CheckedLicense"] | null;
            /** @description One verdict per license when the request named no product; else empty */
            licenses: components["schemas"]["LicenseVerdict"][];
            /** @description Null when the license is not active on this instance, or no instance was named */
            activation: components["schemas"]["CheckedActivation"] | null;
            /** @description Only if the `activation_id` of the request is that of another instance: move the seat here, or activate a seat of its own */
            copy_of?: components["schemas"]["CopyOf"];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            checked_at: string;
            /**
             * Format: date-time
             * @description The time at which a well-behaved client asks again
             */
            next_check_at: string;
            /**
             * Format: date-time
             * @description The time until which a client may rely on this answer when it cannot reach the service; null where the answer is no
             */
            stale_ok_until: string | null;
            /**
             * Format: date-time
             * @description The end of the grace period, if the license has an expiry and a grace period
             */
            grace_until: string | null;
            /** @description A text for the owner of the site, in whole sentences: what is so, and what to do. Null when `code` is `valid`, but for a copy of another site */
            detail: string | null;
            links: components["schemas"]["LicenseLinks"];
            /** @description With `proof` or `nonce`: the signed answer, a compact JWS. Null when no key can be had, as the header `License-Proof` says, and for several licenses of which none was named: each of them has its own */
            proof?: string | null;
        };
        /** @description One rule of a check, and the fact that decides it */
        VerdictLink: {
            /**
             * @description The rule of the check
             * @enum {string}
             */
            rule: "key" | "product" | "status" | "expiry" | "grace" | "maintenance" | "instance";
            /** @description True when the rule lets the site go on */
            holds: boolean;
            /** @description The fact that decides the rule, as a sentence */
            because: string;
        };
        /** @description One request to the endpoint */
        WebhookAttempt: {
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            at: string;
            /**
             * @description What started the attempt
             * @enum {string}
             */
            trigger: "schedule" | "redelivery" | "replay" | "test";
            /**
             * @description Everything but `delivered` is a failure
             * @enum {string}
             */
            outcome: "delivered" | "redirected" | "gone" | "refused_by_receiver" | "timed_out" | "connection_failed" | "dns_failed" | "tls_failed" | "address_not_allowed";
            /** @description Null when there was no answer */
            status_code: number | null;
            /** @description The duration of the attempt in milliseconds */
            latency_ms: number;
            /** @description The first KB of the answer to a test message. Answers to events are not stored */
            response_body: string | null;
        };
        /** @description One message for one endpoint, with its attempts */
        WebhookDelivery: {
            /**
             * Format: uuid
             * @description The id of the event, which is the `webhook-id` of each request
             */
            id: string;
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            endpoint_id: string;
            /** @description As the message names it: `license.deactivated` where the endpoint asked for that name */
            event_type: string;
            entity: components["schemas"]["EntityReference"];
            /** @description The number of the event in the history of its entity; 0 for a test */
            seq: number;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            occurred_at: string;
            /**
             * @description `pending`: not tried yet. `waiting`: failed, with a retry at `next_attempt_at`. `exhausted`: failed on every try, and kept. `canceled`: the endpoint does not want it any more
             * @enum {string}
             */
            status: "pending" | "waiting" | "delivered" | "exhausted" | "canceled";
            /**
             * Format: date-time
             * @description Null when no attempt is scheduled
             */
            next_attempt_at: string | null;
            /** @description The last 20 attempts, oldest first */
            attempts: components["schemas"]["WebhookAttempt"][];
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
        };
        WebhookDeliveryList: {
            /** @description The deliveries of this page */
            deliveries: components["schemas"]["WebhookDelivery"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description An address that gets messages about events */
        WebhookEndpoint: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The address that gets the messages */
            url: string;
            /** @description Your own note */
            description: string | null;
            /** @description The events that it gets, such as `license.renewed`, `license.*` or `*` */
            event_types: string[];
            /** @description The ids of the products; null means every event */
            products: string[] | null;
            /** @description The version of the payload; it is fixed at creation */
            payload_version: string;
            /**
             * @description `paused` by you or `disabled` by the service. Nothing is sent until the endpoint is resumed
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** @description `gone`: it answered 410. `failing`: it only failed for five days */
            disabled_reason: ("gone" | "failing") | null;
            /**
             * Format: date-time
             * @description Nothing has been sent since then
             */
            stopped_at: string | null;
            /**
             * Format: date-time
             * @description The end of the overlap, during which the previous secret signs too
             */
            old_secret_valid_until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
        };
        /** @description The failures of an endpoint since its last success */
        WebhookEndpointHealth: {
            /** @description The failed attempts since the last success */
            consecutive_failures: number;
            /**
             * Format: date-time
             * @description The time of the first of them
             */
            failing_since: string;
        };
        WebhookEndpointList: {
            /** @description The endpoints of this page */
            webhook_endpoints: components["schemas"]["WebhookEndpointWithSpeed"][];
            /** @description Send it as `cursor` to get the next page; null on the last page */
            next_cursor: string | null;
        };
        /** @description The endpoint that is tested */
        WebhookEndpointReference: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
        };
        /** @description A webhook endpoint with its secret */
        WebhookEndpointWithSecret: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The address that gets the messages */
            url: string;
            /** @description Your own note */
            description: string | null;
            /** @description The events that it gets, such as `license.renewed`, `license.*` or `*` */
            event_types: string[];
            /** @description The ids of the products; null means every event */
            products: string[] | null;
            /** @description The version of the payload; it is fixed at creation */
            payload_version: string;
            /**
             * @description `paused` by you or `disabled` by the service. Nothing is sent until the endpoint is resumed
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** @description `gone`: it answered 410. `failing`: it only failed for five days */
            disabled_reason: ("gone" | "failing") | null;
            /**
             * Format: date-time
             * @description Nothing has been sent since then
             */
            stopped_at: string | null;
            /**
             * Format: date-time
             * @description The end of the overlap, during which the previous secret signs too
             */
            old_secret_valid_until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            /** @description The secret that signs messages (Standard Webhooks). No other answer shows it */
            secret: string;
        };
        /** @description A webhook endpoint with its response time */
        WebhookEndpointWithSpeed: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The address that gets the messages */
            url: string;
            /** @description Your own note */
            description: string | null;
            /** @description The events that it gets, such as `license.renewed`, `license.*` or `*` */
            event_types: string[];
            /** @description The ids of the products; null means every event */
            products: string[] | null;
            /** @description The version of the payload; it is fixed at creation */
            payload_version: string;
            /**
             * @description `paused` by you or `disabled` by the service. Nothing is sent until the endpoint is resumed
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** @description `gone`: it answered 410. `failing`: it only failed for five days */
            disabled_reason: ("gone" | "failing") | null;
            /**
             * Format: date-time
             * @description Nothing has been sent since then
             */
            stopped_at: string | null;
            /**
             * Format: date-time
             * @description The end of the overlap, during which the previous secret signs too
             */
            old_secret_valid_until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            /** @description The 95th percentile of its last 40 response times; null when there was none for a day */
            p95_ms: number | null;
            /** @description `slow`: it takes more than five seconds to answer, so its messages arrive late */
            status_reason: "slow" | null;
        };
        /** @description A webhook endpoint with its response time, health and replays */
        WebhookEndpointWithState: {
            /**
             * Format: uuid
             * @description A UUIDv7
             */
            id: string;
            /** @description The address that gets the messages */
            url: string;
            /** @description Your own note */
            description: string | null;
            /** @description The events that it gets, such as `license.renewed`, `license.*` or `*` */
            event_types: string[];
            /** @description The ids of the products; null means every event */
            products: string[] | null;
            /** @description The version of the payload; it is fixed at creation */
            payload_version: string;
            /**
             * @description `paused` by you or `disabled` by the service. Nothing is sent until the endpoint is resumed
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /** @description `gone`: it answered 410. `failing`: it only failed for five days */
            disabled_reason: ("gone" | "failing") | null;
            /**
             * Format: date-time
             * @description Nothing has been sent since then
             */
            stopped_at: string | null;
            /**
             * Format: date-time
             * @description The end of the overlap, during which the previous secret signs too
             */
            old_secret_valid_until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            created_at: string;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            updated_at: string;
            /** @description The 95th percentile of its last 40 response times; null when there was none for a day */
            p95_ms: number | null;
            /** @description `slow`: it takes more than five seconds to answer, so its messages arrive late */
            status_reason: "slow" | null;
            /** @description The failures since the last success; null when there are none */
            health: components["schemas"]["WebhookEndpointHealth"] | null;
            /** @description The last replay */
            replay: components["schemas"]["WebhookReplay"] | null;
            /** @description The delivery of missed events after the last `resume` */
            catch_up: components["schemas"]["WebhookReplay"] | null;
        };
        /** @description The body of a message to a webhook endpoint */
        WebhookEvent: {
            /**
             * Format: uuid
             * @description The id of the event, which is also the `webhook-id`
             */
            id: string;
            type: components["schemas"]["EventType"];
            /**
             * Format: date-time
             * @description The time of the event
             */
            timestamp: string;
            /** @description The version of the payload that the endpoint was created with */
            version: string;
            brand: components["schemas"]["BrandReference"];
            /** @description Counts the changes of one entity without a gap */
            seq: number;
            data: components["schemas"]["WebhookEventData"];
        };
        /** @description The change, and the license after it */
        WebhookEventData: {
            entity: components["schemas"]["EntityReference"];
            license?: components["schemas"]["EventLicense"];
            /** @description The changed fields before the change; null for something new */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description The changed fields after the change; null for something deleted. A payload above 256 KB has `{"trimmed": true, "see": "…"}` in both, with the path of the API that returns them */
            after: {
                [key: string]: unknown;
            } | null;
            /** @description The reason that the caller gave; null when there is none */
            reason: string | null;
            actor: components["schemas"]["Actor"];
            /** @description The `X-Request-Id` of the call that made the change */
            request_id: string;
        };
        /** @description Past events that are sent to the endpoint again */
        WebhookReplay: {
            /**
             * Format: date-time
             * @description Events from this time on
             */
            from: string;
            /**
             * Format: date-time
             * @description Events up to this time
             */
            to: string;
            /** @description Null means all that the endpoint subscribes to */
            event_types: string[] | null;
            /** @description The messages that are queued per minute, at most */
            per_minute: number;
            /** @description True when messages that arrived are left out */
            only_undelivered: boolean;
            /**
             * @description The progress of the replay
             * @enum {string}
             */
            state: "running" | "done";
            /** @description The messages queued so far */
            sent: number;
            /**
             * Format: date-time
             * @description ISO 8601 in UTC
             */
            requested_at: string;
        };
        /** @description The endpoint that is tested */
        WebhookTestData: {
            webhook_endpoint: components["schemas"]["WebhookEndpointReference"];
        };
        /** @description The body of a test message */
        WebhookTestMessage: {
            /**
             * Format: uuid
             * @description The `webhook-id` of the message
             */
            id: string;
            /**
             * @description The type of every test message
             * @constant
             */
            type: "webhook.test";
            /**
             * Format: date-time
             * @description The time of the test
             */
            timestamp: string;
            /** @description The version of the payload that the endpoint was created with */
            version: string;
            brand: components["schemas"]["BrandReference"];
            /** @description Always null */
            seq: number | null;
            data: components["schemas"]["WebhookTestData"];
        };
        /** @description The outcome of a test message */
        WebhookTestOutcome: {
            /**
             * Format: uuid
             * @description The `webhook-id` of the message, which is the id of its delivery
             */
            id: string;
            /**
             * @description Everything but `delivered` is a failure
             * @enum {string}
             */
            outcome: "delivered" | "redirected" | "gone" | "refused_by_receiver" | "timed_out" | "connection_failed" | "dns_failed" | "tls_failed" | "address_not_allowed";
            /** @description Null when there was no answer */
            status_code: number | null;
            /** @description The duration of the attempt in milliseconds */
            latency_ms: number;
            /** @description The first KB of the answer to a test message. Answers to events are not stored */
            response_body: string | null;
        };
        /** @description How WordPress knows the product */
        WordPressProduct: {
            /**
             * @description The kind of product
             * @enum {string}
             */
            type: "plugin" | "theme";
            /** @description The folder in which WordPress keeps it; packages must have it as their only top folder */
            folder: string;
            /** @description The main file of a plugin, relative to its folder */
            file?: string;
        };
        /** @description How WordPress knows the product */
        WordPressProductView: {
            /**
             * @description The kind of product
             * @enum {string}
             */
            type: "plugin" | "theme";
            /** @description The folder in which WordPress keeps it; packages must have it as their only top folder */
            folder: string;
            /** @description The main file of a plugin, relative to its folder */
            file?: string;
        };
        YankReleaseRequest: {
            /** @description The reason; it is stored in the history */
            reason: string;
            /** @description Used instead of the header `Idempotency-Key` */
            idempotency_key?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export interface operations {
    activate_license: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActivateLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ActivatedLicense"];
                };
            };
            201: {
                content: {
                    "application/json": components["schemas"]["ActivatedLicense"];
                };
            };
        };
    };
    check_license: {
        parameters: {
            query?: {
                /**
                 * @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query
                 * @example WPR-7K2M-9QXT-4HVD-B3N1
                 */
                license_key?: string;
                /**
                 * @description The slug or id of the product. It is optional while the key carries one license
                 * @example wp-rocket
                 */
                product?: string;
                /** @description The slug of the brand. Only imported keys without the brand’s prefix need it */
                brand?: string;
                /**
                 * @description The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor compared
                 * @example https://shop.example.com
                 */
                instance_identifier?: string;
                /** @description The kind of `instance_identifier`; it is part of the identity of the instance. The default is `url`, and it must not be sent without `instance_identifier` */
                instance_type?: "url" | "hostname" | "machine_id";
                /** @description Asks for a `proof` of the answer: `1` or `true` */
                proof?: true | 1 | "true" | "1" | false | 0 | "false" | "0";
                /** @description Asks for a `proof` that repeats this text, so that an earlier one cannot pass for it */
                nonce?: string;
                /** @description The id of the activation that the site holds. While that seat is another instance’s, the answer says so in `copy_of`: the site is probably a copy */
                activation_id?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
        };
    };
    check_license_by_post: {
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CheckLicenseByPostRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
        };
    };
    deactivate_license: {
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeactivateLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["DeactivatedLicense"];
                };
            };
        };
    };
    move_license: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ActivatedLicense"];
                };
            };
            201: {
                content: {
                    "application/json": components["schemas"]["ActivatedLicense"];
                };
            };
        };
    };
    list_seats: {
        parameters: {
            query?: {
                /**
                 * @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query
                 * @example WPR-7K2M-9QXT-4HVD-B3N1
                 */
                license_key?: string;
                /**
                 * @description The slug or id of the product. It is optional while the key carries one license
                 * @example wp-rocket
                 */
                product?: string;
                /** @description The slug of the brand. Only imported keys without the brand’s prefix need it */
                brand?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["SeatList"];
                };
            };
        };
    };
    edd: {
        parameters: {
            query?: {
                /**
                 * @description `activate_license`, `deactivate_license`, `check_license` or `get_version`
                 * @example check_license
                 */
                edd_action?: string;
                /**
                 * @description The license key
                 * @example WPR-7K2M-9QXT-4HVD-B3N1
                 */
                license?: string;
                /**
                 * @description The `edd_item_id` of the product
                 * @example 85
                 */
                item_id?: string;
                /** @description The `edd_item_name` of the product, or its name, instead of `item_id` */
                item_name?: string;
                /**
                 * @description The address of the site. The default is the one in the User-Agent of WordPress
                 * @example https://shop.example.com
                 */
                url?: string;
                /** @description The WordPress environment type of the site; the default is `production` */
                environment?: string;
                /** @description The version that the site has */
                version?: string;
                /** @description The name under which the site keeps the product; it is sent back */
                slug?: string;
                /** @description `1` to be offered beta releases */
                beta?: string;
                /** @description The version of PHP on the site */
                php_version?: string;
                /** @description The version of WordPress on the site */
                wp_version?: string;
            };
            path: {
                /**
                 * @description The slug of the brand
                 * @example wp-rocket
                 */
                brand: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["EddAnswer"];
                };
            };
        };
    };
    edd_by_post: {
        parameters: {
            path: {
                /**
                 * @description The slug of the brand
                 * @example wp-rocket
                 */
                brand: string;
            };
        };
        requestBody?: {
            content: {
                "*/*"?: never;
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["EddAnswer"];
                };
            };
        };
    };
    provision_licenses: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProvisionLicensesRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ProvisionedLicenses"];
                };
            };
            201: {
                content: {
                    "application/json": components["schemas"]["ProvisionedLicenses"];
                };
            };
        };
    };
    list_licenses: {
        parameters: {
            query?: {
                /**
                 * @description The e-mail address of the customer
                 * @example customer@example.com
                 */
                email?: string;
                /** @description The license key: its full text, its masked text, or its last four characters. A text that has been rotated away finds it too. It can be combined with `email` */
                license_key?: string;
                /** @description The order or invoice number of a purchase or renewal; it is compared without case */
                external_id?: string;
                /** @description A site, hostname or machine on which the license is or was active. A host alone finds all of its paths */
                instance?: string;
                /** @description The kind of `instance`. The default is `url` */
                instance_type?: "url" | "hostname" | "machine_id";
                /** @description Only licenses whose `metadata` has exactly this value under NAME, as in `metadata.plan=plus`. It can be sent for several names, and only with `email` or `product` */
                "metadata.NAME"?: string;
                /** @description The slug or id of the product; sorted by expiry */
                product?: string;
                /** @description Searches all brands; needs the scope `licenses:read:all_brands` */
                brands?: "all";
                /** @description The status at this moment */
                status?: "valid" | "expired" | "suspended" | "cancelled";
                /** @description Only licenses that expire before this time */
                expires_before?: string;
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["LicenseList"];
                };
            };
        };
    };
    get_license: {
        parameters: {
            query?: {
                /** @description Shows the license at the end of this second; a date means the last second of that day in UTC */
                at?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
        };
    };
    update_license: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["UpdatedLicense"];
                };
            };
        };
    };
    search_licenses: {
        parameters: {
            query?: {
                /** @description The e-mail address of the customer */
                email?: string;
                /** @description The license key: its full text, its masked text, or its last four characters. A text that has been rotated away finds it too. It can be combined with `email` */
                license_key?: string;
                /** @description The order or invoice number of a purchase or renewal; it is compared without case */
                external_id?: string;
                /** @description A site, hostname or machine on which the license is or was active. A host alone finds all of its paths */
                instance?: string;
                /** @description The kind of `instance`. The default is `url` */
                instance_type?: "url" | "hostname" | "machine_id";
                /** @description Only licenses whose `metadata` has exactly this value under NAME, as in `metadata.plan=plus`. It can be sent for several names, and only with `email` or `product` */
                "metadata.NAME"?: string;
                /**
                 * @description The id of the license
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id?: string;
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["LicenseList"];
                };
            };
        };
    };
    explain_license: {
        parameters: {
            query?: {
                /**
                 * @description The site, hostname or machine. Without it, the license alone counts
                 * @example https://shop.example.com
                 */
                instance?: string;
                /** @description The kind of `instance`. The default is `url` */
                instance_type?: "url" | "hostname" | "machine_id";
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
        };
    };
    count_licenses: {
        parameters: {
            query?: {
                /** @description Only licenses for this product, by its slug or id */
                product?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["LicenseCount"];
                };
            };
        };
    };
    get_analytics: {
        parameters: {
            query: {
                /**
                 * @description `active_licenses`, `active_sites`, `seats_used`: at the end of each period. `expiring`: licenses that expire then. `webhooks_failing`: endpoints that fail now, today alone. The others count what happened; `webhooks_failed`: disabled endpoints
                 * @example renewed
                 */
                metric: string;
                /**
                 * @description The first day. The default is 29 days before `to`
                 * @example 2026-11-21T23:59:59Z
                 */
                from?: string;
                /**
                 * @description The last day. The default is today, and for `expiring` the 90th day from now
                 * @example 2026-11-23T23:59:59Z
                 */
                to?: string;
                /** @description The periods. Weeks begin on Monday */
                granularity?: "day" | "week" | "month";
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
        };
    };
    renew_license: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RenewLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
        };
    };
    suspend_license: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SuspendLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
        };
    };
    resume_license: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResumeLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
        };
    };
    cancel_license: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CancelLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
        };
    };
    transfer_license: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferLicenseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["License"];
                };
            };
        };
    };
    get_license_key: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-1000-7f0e-9d1c-2b3a49586776
                 */
                license_key_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["LicenseKeyWithLicenses"];
                };
            };
        };
    };
    rotate_license_key: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-1000-7f0e-9d1c-2b3a49586776
                 */
                license_key_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateLicenseKeyRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["RotatedLicenseKey"];
                };
            };
        };
    };
    list_activations: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Only activations with this status */
                status?: "active" | "deactivated";
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ActivationList"];
                };
            };
        };
    };
    deactivate_activation: {
        parameters: {
            query?: {
                /**
                 * @description The reason for this change; it is stored in the history
                 * @example site is gone
                 */
                reason?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
                /**
                 * @description A UUIDv7
                 * @example 01938c5c-3f2e-7d10-9a0b-6c7d8e9fa0b1
                 */
                activation_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Activation"];
                };
            };
        };
    };
    restore_activation: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
                /**
                 * @description A UUIDv7
                 * @example 01938c5c-3f2e-7d10-9a0b-6c7d8e9fa0b1
                 */
                activation_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RestoreActivationRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Activation"];
                };
            };
        };
    };
    list_customers: {
        parameters: {
            query: {
                /**
                 * @description The current e-mail address of the customer
                 * @example customer@example.com
                 */
                email: string;
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["CustomerList"];
                };
            };
        };
    };
    get_customer: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-0fff-7e6d-8c5b-4a3928170605
                 */
                customer_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["CustomerWithLicenses"];
                };
            };
        };
    };
    update_customer: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-0fff-7e6d-8c5b-4a3928170605
                 */
                customer_id: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCustomerRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
        };
    };
    erase_customer: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseCustomerRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
        };
    };
    export_customer: {
        parameters: {
            query?: {
                /**
                 * @description The e-mail address of the customer
                 * @example customer@example.com
                 */
                email?: string;
                /** @description The id of the customer. It is used instead of `email` */
                customer_id?: string;
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["CustomerExport"];
                };
            };
        };
    };
    list_products: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ProductList"];
                };
            };
        };
    };
    create_product: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateProductRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
        };
    };
    get_product: {
        parameters: {
            path: {
                /**
                 * @description The slug or id
                 * @example wp-rocket
                 */
                product: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
        };
    };
    update_product: {
        parameters: {
            path: {
                /**
                 * @description The slug or id
                 * @example wp-rocket
                 */
                product: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateProductRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
        };
    };
    admin_list_products: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ProductList"];
                };
            };
        };
    };
    admin_create_product: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdminCreateProductRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
        };
    };
    admin_get_product: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
                /**
                 * @description The slug or id
                 * @example wp-rocket
                 */
                product: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
        };
    };
    admin_update_product: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
                /**
                 * @description The slug or id
                 * @example wp-rocket
                 */
                product: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AdminUpdateProductRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
        };
    };
    list_releases: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
            path: {
                /**
                 * @description The slug or id of the product
                 * @example wp-rocket
                 */
                product: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ReleaseList"];
                };
            };
        };
    };
    create_release: {
        parameters: {
            path: {
                /**
                 * @description The slug or id of the product
                 * @example wp-rocket
                 */
                product: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateReleaseRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["ReleaseWithUpload"];
                };
            };
        };
    };
    get_release: {
        parameters: {
            path: {
                /**
                 * @description The slug or id of the product
                 * @example wp-rocket
                 */
                product: string;
                /**
                 * @description The id of the release
                 * @example 01938c61-4000-7b3c-9d4e-5f6071829a11
                 */
                release_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    update_release: {
        parameters: {
            path: {
                /**
                 * @description The slug or id of the product
                 * @example wp-rocket
                 */
                product: string;
                /**
                 * @description The id of the release
                 * @example 01938c61-4000-7b3c-9d4e-5f6071829a11
                 */
                release_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateReleaseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    upload_package: {
        parameters: {
            path: {
                /**
                 * @description The slug or id of the product
                 * @example wp-rocket
                 */
                product: string;
                /**
                 * @description The id of the release
                 * @example 01938c61-4000-7b3c-9d4e-5f6071829a11
                 */
                release_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UploadPackageRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ReleaseWithUpload"];
                };
            };
        };
    };
    publish_release: {
        parameters: {
            path: {
                /**
                 * @description The slug or id of the product
                 * @example wp-rocket
                 */
                product: string;
                /**
                 * @description The id of the release
                 * @example 01938c61-4000-7b3c-9d4e-5f6071829a11
                 */
                release_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PublishReleaseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    yank_release: {
        parameters: {
            path: {
                /**
                 * @description The slug or id of the product
                 * @example wp-rocket
                 */
                product: string;
                /**
                 * @description The id of the release
                 * @example 01938c61-4000-7b3c-9d4e-5f6071829a11
                 */
                release_id: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["YankReleaseRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    latest_release: {
        parameters: {
            query?: {
                /**
                 * @description The license key as the customer pasted it. Blanks, line breaks, dashes of any kind, quotes and invisible characters are ignored. It can also be sent in the header `X-License-Key` or in the query
                 * @example WPR-7K2M-9QXT-4HVD-B3N1
                 */
                license_key?: string;
                /**
                 * @description The slug or id of the product. It is optional while the key carries one license
                 * @example wp-rocket
                 */
                product?: string;
                /** @description The slug of the brand. It is required without a license key */
                brand?: string;
                /**
                 * @description The URL of the site, a hostname or a machine id. User info, query and fragment of a URL are neither stored nor compared
                 * @example https://shop.example.com
                 */
                instance_identifier?: string;
                /** @description The kind of `instance_identifier`; it is part of the identity of the instance. The default is `url`, and it must not be sent without `instance_identifier` */
                instance_type?: "url" | "hostname" | "machine_id";
                /** @description The channel of the site */
                channel?: "stable" | "beta";
                /**
                 * @description The version that the site has
                 * @example 3.16.0
                 */
                installed_version?: string;
                /**
                 * @description The version of PHP on the site
                 * @example 8.2
                 */
                php_version?: string;
                /**
                 * @description The version of WordPress on the site
                 * @example 6.8
                 */
                wp_version?: string;
                /** @description Only releases before this version: for a site that goes back to an older one */
                older_than?: string;
                /** @description The language of the site */
                locale?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["LatestReleaseAnswer"];
                };
            };
        };
    };
    latest_release_by_post: {
        requestBody?: {
            content: {
                "application/json": components["schemas"]["LatestReleaseByPostRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["LatestReleaseAnswer"];
                };
            };
        };
    };
    plugin_update: {
        parameters: {
            query?: {
                /** @description The license key of the site */
                license_key?: string;
                /** @description The URL of the site; without it there is no link */
                site?: string;
                /**
                 * @description The version that the site has
                 * @example 3.16.0
                 */
                installed_version?: string;
                /** @description The version of PHP on the site */
                php?: string;
            };
            path: {
                /**
                 * @description The slug of the brand
                 * @example wp-rocket
                 */
                brand: string;
                /**
                 * @description The slug of the product, and `.json`
                 * @example wp-rocket.json
                 */
                file: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["PluginUpdate"];
                };
            };
        };
    };
    composer_repository: {
        parameters: {
            path: {
                /**
                 * @description The slug of the brand
                 * @example wp-rocket
                 */
                brand: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ComposerRepository"];
                };
            };
        };
    };
    composer_package: {
        parameters: {
            query?: {
                /**
                 * @description Taken from the password of HTTP basic authentication
                 * @example WPR-7K2M-9QXT-4HVD-B3N1
                 */
                license_key?: string;
            };
            path: {
                /**
                 * @description The slug of the brand
                 * @example wp-rocket
                 */
                brand: string;
                /**
                 * @description The slug of the brand again
                 * @example wp-rocket
                 */
                vendor: string;
                /**
                 * @description The slug of the product, and `.json`
                 * @example wp-rocket.json
                 */
                file: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ComposerPackage"];
                };
            };
        };
    };
    list_bundles: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["BundleList"];
                };
            };
        };
    };
    create_bundle: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBundleRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["Bundle"];
                };
            };
        };
    };
    delete_bundle: {
        parameters: {
            query?: {
                /**
                 * @description The reason for this change; it is stored in the history
                 * @example no longer sold
                 */
                reason?: string;
            };
            path: {
                /**
                 * @description The slug or id
                 * @example everything
                 */
                bundle: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Bundle"];
                };
            };
        };
    };
    update_bundle: {
        parameters: {
            path: {
                /**
                 * @description The slug or id
                 * @example everything
                 */
                bundle: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateBundleRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Bundle"];
                };
            };
        };
    };
    admin_list_bundles: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["BundleList"];
                };
            };
        };
    };
    admin_create_bundle: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdminCreateBundleRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["Bundle"];
                };
            };
        };
    };
    admin_delete_bundle: {
        parameters: {
            query?: {
                /**
                 * @description The reason for this change; it is stored in the history
                 * @example no longer sold
                 */
                reason?: string;
            };
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
                /**
                 * @description The slug or id
                 * @example everything
                 */
                bundle: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Bundle"];
                };
            };
        };
    };
    admin_update_bundle: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
                /**
                 * @description The slug or id
                 * @example everything
                 */
                bundle: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AdminUpdateBundleRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Bundle"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
        };
    };
    create_api_key: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKeyRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithText"];
                };
            };
        };
    };
    rotate_api_key: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c51-2222-7b3c-8d4e-5f6071829304
                 */
                api_key_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateApiKeyRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithText"];
                };
            };
        };
    };
    revoke_api_key: {
        parameters: {
            query?: {
                /**
                 * @description The reason for this change; it is stored in the history
                 * @example leaked
                 */
                reason?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c51-2222-7b3c-8d4e-5f6071829304
                 */
                api_key_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    admin_list_api_keys: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
        };
    };
    admin_create_api_key: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdminCreateApiKeyRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithText"];
                };
            };
        };
    };
    admin_rotate_api_key: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
                /**
                 * @description A UUIDv7
                 * @example 01938c51-2222-7b3c-8d4e-5f6071829304
                 */
                api_key_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AdminRotateApiKeyRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithText"];
                };
            };
        };
    };
    admin_revoke_api_key: {
        parameters: {
            query?: {
                /**
                 * @description The reason for this change; it is stored in the history
                 * @example leaked
                 */
                reason?: string;
            };
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
                /**
                 * @description A UUIDv7
                 * @example 01938c51-2222-7b3c-8d4e-5f6071829304
                 */
                api_key_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    list_platform_keys: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
        };
    };
    create_platform_key: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePlatformKeyRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithText"];
                };
            };
        };
    };
    rotate_platform_key: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c51-2222-7b3c-8d4e-5f6071829304
                 */
                api_key_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotatePlatformKeyRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithText"];
                };
            };
        };
    };
    revoke_platform_key: {
        parameters: {
            query?: {
                /**
                 * @description The reason for this change; it is stored in the history
                 * @example leaked
                 */
                reason?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c51-2222-7b3c-8d4e-5f6071829304
                 */
                api_key_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /**
                 * @description A type of event, or all types of a noun: `license.*`
                 * @example license.*
                 */
                type?: "brand.*" | "product.*" | "release.*" | "bundle.*" | "api_key.*" | "license_key.*" | "license.*" | "seat.*" | "customer.*" | "webhook_endpoint.*" | "signing_key.*" | "settings.*" | "brand.created" | "brand.updated" | "product.created" | "product.updated" | "release.created" | "release.published" | "release.updated" | "release.yanked" | "bundle.created" | "bundle.updated" | "bundle.deleted" | "api_key.created" | "api_key.rotated" | "api_key.revoked" | "license_key.created" | "license_key.rotated" | "license_key.revealed" | "license.imported" | "license.import_undone" | "license.provisioned" | "license.renewed" | "license.updated" | "license.suspended" | "license.resumed" | "license.expiring" | "license.expired" | "license.cancelled" | "license.transferred" | "license.activated" | "license.seat_limit_reached" | "seat.deactivated" | "customer.updated" | "customer.erased" | "webhook_endpoint.created" | "webhook_endpoint.updated" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.disabled" | "webhook_endpoint.deleted" | "signing_key.rotated" | "signing_key.revoked" | "settings.updated" | "license.deactivated";
                /** @description Only events at this time or later; a date means the last second of that day in UTC */
                from?: string;
                /** @description Only events at this time or earlier; a date means the last second of that day in UTC */
                to?: string;
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
        };
    };
    list_license_events: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Only events before the one with this `seq` */
                before?: number;
                /** @description Only events after the one with this `seq`, oldest first */
                after?: number;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["LicenseEventList"];
                };
            };
        };
    };
    search_events: {
        parameters: {
            query?: {
                /** @description The id of a brand; finds all of its events */
                brand_id?: string;
                /** @description The e-mail address of the customer */
                email?: string;
                /** @description The license key: its full text, its masked text, or its last four characters. A text that has been rotated away finds it too. It can be combined with `email` */
                license_key?: string;
                /** @description The order or invoice number of a purchase or renewal; it is compared without case */
                external_id?: string;
                /** @description A site, hostname or machine on which the license is or was active. A host alone finds all of its paths */
                instance?: string;
                /** @description The kind of `instance`. The default is `url` */
                instance_type?: "url" | "hostname" | "machine_id";
                /**
                 * @description The id of a license
                 * @example 01938c5b-11aa-7b3c-8d4e-2f60718293a4
                 */
                license_id?: string;
                /** @description A type of event, or all types of a noun: `license.*` */
                type?: "brand.*" | "product.*" | "release.*" | "bundle.*" | "api_key.*" | "license_key.*" | "license.*" | "seat.*" | "customer.*" | "webhook_endpoint.*" | "signing_key.*" | "settings.*" | "brand.created" | "brand.updated" | "product.created" | "product.updated" | "release.created" | "release.published" | "release.updated" | "release.yanked" | "bundle.created" | "bundle.updated" | "bundle.deleted" | "api_key.created" | "api_key.rotated" | "api_key.revoked" | "license_key.created" | "license_key.rotated" | "license_key.revealed" | "license.imported" | "license.import_undone" | "license.provisioned" | "license.renewed" | "license.updated" | "license.suspended" | "license.resumed" | "license.expiring" | "license.expired" | "license.cancelled" | "license.transferred" | "license.activated" | "license.seat_limit_reached" | "seat.deactivated" | "customer.updated" | "customer.erased" | "webhook_endpoint.created" | "webhook_endpoint.updated" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.disabled" | "webhook_endpoint.deleted" | "signing_key.rotated" | "signing_key.revoked" | "settings.updated" | "license.deactivated";
                /** @description Only events at this time or later; a date means the last second of that day in UTC */
                from?: string;
                /** @description Only events at this time or earlier; a date means the last second of that day in UTC */
                to?: string;
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["AdminEventList"];
                };
            };
        };
    };
    list_webhook_endpoints: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpointList"];
                };
            };
        };
    };
    create_webhook_endpoint: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookEndpointRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
        };
    };
    get_webhook_endpoint: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithState"];
                };
            };
        };
    };
    delete_webhook_endpoint: {
        parameters: {
            query?: {
                /**
                 * @description The reason for this change; it is stored in the history
                 * @example the shop has moved
                 */
                reason?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    update_webhook_endpoint: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateWebhookEndpointRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    pause_webhook_endpoint: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PauseWebhookEndpointRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    resume_webhook_endpoint: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResumeWebhookEndpointRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ResumedWebhookEndpoint"];
                };
            };
        };
    };
    rotate_webhook_secret: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateWebhookSecretRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
        };
    };
    test_webhook_endpoint: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TestWebhookEndpointRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookTestOutcome"];
                };
            };
        };
    };
    replay_events: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayEventsRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookReplay"];
                };
            };
        };
    };
    list_webhook_deliveries: {
        parameters: {
            query?: {
                /**
                 * @description Only deliveries with this status
                 * @example delivered
                 */
                status?: "pending" | "waiting" | "delivered" | "exhausted" | "canceled";
                /** @description Only the delivery of this event */
                event_id?: string;
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryList"];
                };
            };
        };
    };
    list_event_deliveries: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c5c-3f30-7a1b-8d2c-4e5f60718b02
                 */
                event_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryList"];
                };
            };
        };
    };
    redeliver_webhook: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c60-3000-7a2b-8c3d-4e5f60718a01
                 */
                endpoint_id: string;
                /**
                 * @description A UUIDv7
                 * @example 01938c5c-3f30-7a1b-8d2c-4e5f60718b02
                 */
                delivery_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RedeliverWebhookRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    list_imports: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ImportList"];
                };
            };
        };
    };
    create_import: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateImportRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["ImportWithUpload"];
                };
            };
        };
    };
    get_import: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c70-1000-7a2b-8c3d-4e5f60718b01
                 */
                import_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    list_import_rows: {
        parameters: {
            query?: {
                /** @description The rows to list */
                outcome?: "failed" | "left" | "noted";
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c70-1000-7a2b-8c3d-4e5f60718b01
                 */
                import_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ImportRowList"];
                };
            };
        };
    };
    run_import: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c70-1000-7a2b-8c3d-4e5f60718b01
                 */
                import_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    cancel_import: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c70-1000-7a2b-8c3d-4e5f60718b01
                 */
                import_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    undo_import: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c70-1000-7a2b-8c3d-4e5f60718b01
                 */
                import_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    list_exports: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ExportList"];
                };
            };
        };
    };
    create_export: {
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CreateExportRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
        };
    };
    get_export: {
        parameters: {
            path: {
                /**
                 * @description A UUIDv7
                 * @example 01938c71-1000-7a2b-8c3d-4e5f60718b02
                 */
                export_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
        };
    };
    list_brands: {
        parameters: {
            query?: {
                /** @description Entries per page, 1 to 100. A page can be shorter even when more pages follow */
                limit?: number;
                /** @description `next_cursor` of the previous page */
                cursor?: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["BrandList"];
                };
            };
        };
    };
    create_brand: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateBrandRequest"];
            };
        };
        responses: {
            201: {
                content: {
                    "application/json": components["schemas"]["Brand"];
                };
            };
        };
    };
    get_brand: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Brand"];
                };
            };
        };
    };
    update_brand: {
        parameters: {
            path: {
                /**
                 * @description The id of the brand
                 * @example 01938c50-0001-7a2b-9c3d-4e5f60718293
                 */
                brand_id: string;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UpdateBrandRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Brand"];
                };
            };
        };
    };
    get_settings: {
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
        };
    };
    update_settings: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSettingsRequest"];
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
        };
    };
    issue_token: {
        requestBody: {
            content: {
                "*/*"?: never;
            };
        };
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["AccessToken"];
                };
            };
        };
    };
    health: {
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ServiceHealth"];
                };
            };
        };
    };
    health_db: {
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ServiceHealth"];
                };
            };
        };
    };
    ready: {
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["ServiceHealth"];
                };
            };
        };
    };
    openapi: {
        requestBody?: never;
        responses: {
            200: {
                content: {
                    "application/json": components["schemas"]["OpenApiDocument"];
                };
            };
        };
    };
}
