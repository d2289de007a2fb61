# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

noinst_PROGRAMS += examples/hello examples/poll
examples_hello_SOURCES = %D%/hello.c
examples_hello_LDADD = core/libsyncline.la $(GLIB_LIBS)

examples_poll_SOURCES = %D%/poll.c
examples_poll_LDADD = core/libsyncline.la $(GLIB_LIBS)

EXTRA_DIST += \
	%D%/gobject.py \
	%D%/lists-and-todos/schema.conf \
	%D%/lists-and-todos/syncline.conf \
	%D%/plain.py
