"""What schemathesis runs besides its own."""

import accounts
import refusals
