"""What leaves with a community of the ground's tables, of this app's, and of the libraries'."""

from banyan.core.moving import apart, stays

apart("each as a file and a line", "core.Picture")
stays("the log of this instance: append-only, naming people by its pseudonyms", "core.Activity")
stays(
    "how this instance works, not what a community is",
    "core.Lane", "core.KeptNote", "core.Job", "core.Sweep", "core.Attempt",
    "auth.Permission", "auth.Group", "contenttypes.ContentType",
)  # fmt: skip
stays(
    "what opens an account stays where the account is",
    "sessions.Session", "account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator",
    "usersessions.UserSession",
)  # fmt: skip
stays(
    "files that went out of or came into this instance",
    "moving.Package", "moving.Unpacking", "moving.Moved", "moving.Unclaimed", "moving.InviteList",
    "moving.Listed",
)  # fmt: skip
