#pragma once
// Nothing to call: what Embedded Swift's library asks of others, in both builds that are shipped.
