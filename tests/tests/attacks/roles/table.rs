//! Who is answered what.

/// An operation, and its status for each of [`ROLES`](super::callers::ROLES), in their order. A path holds ids of the
/// owner's; a body holds what the operation asks for: [`Owner::request`](ironplate_tests::Owner::request).
pub(crate) const TABLE: &[(&str, [u16; 6])] = &[
    //                                                          stranger, owner, other user, superuser, inactive, ended
    ("POST /api/v1/login/access-token", [200, 200, 200, 200, 200, 200]),
    ("POST /api/v1/login/refresh", [200, 200, 200, 200, 200, 200]),
    ("POST /api/v1/login/second-factor", [400, 400, 400, 400, 400, 400]),
    // At an address, where there are no passkeys.
    ("POST /api/v1/login/passkey/challenge", [409, 409, 409, 409, 409, 409]),
    ("POST /api/v1/login/passkey", [400, 400, 400, 400, 400, 400]),
    ("POST /api/v1/session/passkey/challenge", [409, 409, 409, 409, 409, 409]),
    ("POST /api/v1/session/passkey", [400, 400, 400, 400, 400, 400]),
    ("POST /api/v1/session", [200, 200, 200, 200, 200, 200]),
    ("POST /api/v1/password-recovery", [200, 200, 200, 200, 200, 200]),
    ("POST /api/v1/password-recovery/{email}", [200, 200, 200, 200, 200, 200]),
    ("POST /api/v1/reset-password/", [400, 400, 400, 400, 400, 400]),
    ("POST /api/v1/verify-email", [400, 400, 400, 400, 400, 400]),
    ("GET /api/v1/invitations/{token}", [404, 404, 404, 404, 404, 404]),
    ("POST /api/v1/invitations/{token}/decline", [404, 404, 404, 404, 404, 404]),
    ("POST /api/v1/invitations/{token}/sign-up", [404, 404, 404, 404, 404, 404]),
    ("POST /api/v1/invitations/{token}/accept", [401, 404, 404, 404, 400, 403]),
    ("POST /api/v1/users/signup", [200, 200, 200, 200, 200, 200]),
    ("GET /api/v1/utils/health-check/", [200, 200, 200, 200, 200, 200]),
    ("GET /livez", [200, 200, 200, 200, 200, 200]),
    ("GET /readyz", [200, 200, 200, 200, 200, 200]),
    // One's own account.
    ("POST /api/v1/login/test-token", [401, 200, 200, 200, 400, 403]),
    ("POST /api/v1/logout", [401, 200, 200, 200, 400, 403]),
    ("POST /api/v1/session/confirm", [401, 200, 200, 200, 400, 403]),
    ("POST /api/v1/session/confirm/challenge", [401, 409, 409, 409, 400, 403]),
    ("DELETE /api/v1/session", [401, 200, 200, 200, 400, 403]),
    ("GET /api/v1/users/me", [401, 200, 200, 200, 400, 403]),
    ("PATCH /api/v1/users/me", [401, 200, 200, 200, 400, 403]),
    ("PATCH /api/v1/users/me/password", [401, 200, 200, 200, 400, 403]),
    ("DELETE /api/v1/users/me", [401, 200, 200, 403, 400, 403]),
    ("POST /api/v1/users/me/verify-email", [401, 200, 200, 200, 400, 403]),
    ("GET /api/v1/users/me/export", [401, 200, 200, 200, 400, 403]),
    ("GET /api/v1/users/me/audit", [401, 200, 200, 200, 400, 403]),
    ("GET /api/v1/users/me/sessions", [401, 200, 200, 200, 400, 403]),
    ("DELETE /api/v1/users/me/sessions", [401, 200, 200, 200, 400, 403]),
    ("DELETE /api/v1/users/me/sessions/{session_id}", [401, 200, 404, 404, 400, 403]),
    ("GET /api/v1/users/me/second-factors", [401, 200, 200, 200, 400, 403]),
    ("POST /api/v1/users/me/authenticator-apps/", [401, 200, 200, 200, 400, 403]),
    // Of one that waits for its first code, and for an address that is proved.
    ("POST /api/v1/users/me/authenticator-apps/{authenticator_app_id}/confirm", [401, 409, 404, 404, 400, 403]),
    ("PATCH /api/v1/users/me/authenticator-apps/{authenticator_app_id}", [401, 404, 404, 404, 400, 403]),
    ("DELETE /api/v1/users/me/authenticator-apps/{authenticator_app_id}", [401, 404, 404, 404, 400, 403]),
    ("POST /api/v1/users/me/passkeys/challenge", [401, 409, 409, 409, 400, 403]),
    ("POST /api/v1/users/me/passkeys/", [401, 409, 409, 409, 400, 403]),
    ("PATCH /api/v1/users/me/passkeys/{passkey_id}", [401, 404, 404, 404, 400, 403]),
    ("DELETE /api/v1/users/me/passkeys/{passkey_id}", [401, 404, 404, 404, 400, 403]),
    ("GET /api/v1/users/me/trusted-devices", [401, 200, 200, 200, 400, 403]),
    ("DELETE /api/v1/users/me/trusted-devices", [401, 200, 200, 200, 400, 403]),
    ("DELETE /api/v1/users/me/trusted-devices/{trusted_device_id}", [401, 404, 404, 404, 400, 403]),
    ("POST /api/v1/users/me/recovery-codes", [401, 409, 409, 409, 400, 403]),
    ("GET /api/v1/users/me/invitations", [401, 200, 200, 200, 400, 403]),
    ("POST /api/v1/users/me/invitations/{invitation_id}/accept", [401, 404, 404, 404, 400, 403]),
    ("POST /api/v1/users/me/invitations/{invitation_id}/decline", [401, 404, 404, 404, 400, 403]),
    // Items.
    ("GET /api/v1/items/", [401, 200, 200, 200, 400, 403]),
    ("POST /api/v1/items/", [401, 200, 200, 200, 400, 403]),
    ("GET /api/v1/items/{id}", [401, 200, 403, 200, 400, 403]),
    ("PUT /api/v1/items/{id}", [401, 200, 403, 200, 400, 403]),
    ("DELETE /api/v1/items/{id}", [401, 200, 403, 200, 400, 403]),
    ("POST /api/v1/items/{id}/complete", [401, 200, 403, 200, 400, 403]),
    ("POST /api/v1/items/{id}/reopen", [401, 200, 403, 200, 400, 403]),
    ("POST /api/v1/items/{id}/move", [401, 200, 403, 200, 400, 403]),
    // Everybody's accounts.
    ("GET /api/v1/users/", [401, 403, 403, 200, 400, 403]),
    ("POST /api/v1/users/", [401, 403, 403, 200, 400, 403]),
    ("POST /api/v1/private/users/", [401, 403, 403, 200, 400, 403]),
    ("GET /api/v1/users/{user_id}", [401, 200, 403, 200, 400, 403]),
    ("PATCH /api/v1/users/{user_id}", [401, 403, 403, 200, 400, 403]),
    ("DELETE /api/v1/users/{user_id}", [401, 403, 403, 200, 400, 403]),
    ("GET /api/v1/users/{user_id}/sessions", [401, 403, 403, 200, 400, 403]),
    ("DELETE /api/v1/users/{user_id}/sessions", [401, 403, 403, 200, 400, 403]),
    ("DELETE /api/v1/users/{user_id}/sessions/{session_id}", [401, 403, 403, 200, 400, 403]),
    ("DELETE /api/v1/users/{user_id}/second-factors", [401, 403, 403, 200, 400, 403]),
    ("GET /api/v1/audit", [401, 403, 403, 200, 400, 403]),
    // Mail.
    ("POST /api/v1/utils/test-email/", [401, 403, 403, 201, 400, 403]),
    ("POST /api/v1/password-recovery-html-content/{email}", [401, 403, 403, 200, 400, 403]),
];

/// The same of what is an organisation's, for each of [`MEMBERS`](super::callers::MEMBERS), in their order.
pub(crate) const TABLE_OF_ORGANIZATIONS: &[(&str, [u16; 10])] = &[
    //                 stranger, other user, viewer, member, admin, other owner of it, owner of another, superuser, inactive, ended
    ("GET /api/v1/organizations/", [401, 200, 200, 200, 200, 200, 200, 200, 400, 403]),
    ("POST /api/v1/organizations/", [401, 200, 200, 200, 200, 200, 200, 200, 400, 403]),
    ("GET /api/v1/organizations/all", [401, 403, 403, 403, 403, 403, 403, 200, 400, 403]),
    ("GET /api/v1/organizations/{organization_id}", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),
    ("PATCH /api/v1/organizations/{organization_id}", [401, 404, 403, 403, 200, 200, 404, 200, 400, 403]),
    ("DELETE /api/v1/organizations/{organization_id}", [401, 404, 403, 403, 403, 200, 404, 200, 400, 403]),
    ("POST /api/v1/organizations/{organization_id}/leave", [401, 404, 200, 200, 200, 200, 404, 404, 400, 403]),
    ("POST /api/v1/organizations/{organization_id}/transfer", [401, 404, 403, 403, 403, 200, 404, 200, 400, 403]),
    ("GET /api/v1/organizations/{organization_id}/audit", [401, 404, 403, 403, 200, 200, 404, 200, 400, 403]),
    ("GET /api/v1/organizations/{organization_id}/members/", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),
    // Of a member.
    (
        "PATCH /api/v1/organizations/{organization_id}/members/{user_id}",
        [401, 404, 403, 403, 200, 200, 404, 200, 400, 403],
    ),
    (
        "DELETE /api/v1/organizations/{organization_id}/members/{user_id}",
        [401, 404, 403, 403, 200, 200, 404, 200, 400, 403],
    ),
    ("GET /api/v1/organizations/{organization_id}/invitations/", [401, 404, 403, 403, 200, 200, 404, 200, 400, 403]),
    // To be a member.
    ("POST /api/v1/organizations/{organization_id}/invitations/", [401, 404, 403, 403, 200, 200, 404, 200, 400, 403]),
    (
        "POST /api/v1/organizations/{organization_id}/invitations/{invitation_id}/resend",
        [401, 404, 403, 403, 200, 200, 404, 200, 400, 403],
    ),
    (
        "DELETE /api/v1/organizations/{organization_id}/invitations/{invitation_id}",
        [401, 404, 403, 403, 200, 200, 404, 200, 400, 403],
    ),
];

/// The same of each resource where it is an organisation's: what is in paths, and what is made and listed.
pub(super) const TABLE_OF_WHAT_ORGANIZATIONS_OWN: &[(&str, [u16; 10])] = &[
    ("GET /api/v1/items/", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),
    ("POST /api/v1/items/", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),
    ("GET /api/v1/items/{id}", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),
    ("PUT /api/v1/items/{id}", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),
    ("DELETE /api/v1/items/{id}", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),
    ("POST /api/v1/items/{id}/complete", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),
    ("POST /api/v1/items/{id}/reopen", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),
    ("POST /api/v1/items/{id}/move", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),
];
