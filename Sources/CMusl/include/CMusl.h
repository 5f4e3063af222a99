#pragma once
// Nothing to call: see CMusl.c.
