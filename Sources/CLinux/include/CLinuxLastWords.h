// What a program says that ends by a fault of its own: a handler of signals, which cannot be Swift.
#pragma once

#ifndef CLINUX_SAFE
#define CLINUX_SAFE __attribute__((swift_attr("safe")))
#endif

// From here on: four system calls (sigaltstack, rt_sigaction).
CLINUX_SAFE void clinux_prepare_last_words(void);

// Copies the texts, as far as there is room; no system call.
CLINUX_SAFE void clinux_note_command(const char *name);
CLINUX_SAFE void clinux_note(const char *doing, const char *with);
