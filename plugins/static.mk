# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT

# libsyncline-embedded.a: the core and the plugins that configure was told, for programs on small machines that
# load no modules. Each plugin becomes one object in which all names but that of its descriptor are local, since
# plugins were not written to share a name space. The whole is one object, too, so that a linker takes the
# part that registers the plugins; --gc-sections throws away what a program does not use.

if STATIC_PLUGINS

static_objects = $(STATIC_PLUGINS:%=plugins/static-%.o)
static_symbol = syncline_plugin_$(subst -,_,$(1))
# What libtool made of a list of .lo or of convenience libraries.
static_pic = $(foreach object,$(1),$(dir $(object)).libs/$(notdir $(object:.lo=.o)))
static_archives = $(foreach library,$(filter plugins/%.la,$(1)),$(dir $(library)).libs/$(notdir $(library:.la=.a)))

$(static_objects): plugins/static-%.o: plugins/%.la
	$(AM_V_GEN)$(CC) $(CFLAGS) -r -nostdlib -o $@.tmp \
		$(call static_pic,$(plugins_$(subst -,_,$*)_la_OBJECTS)) \
		-Wl,--whole-archive $(call static_archives,$(plugins_$(subst -,_,$*)_la_LIBADD))
	$(AM_V_at)$(OBJCOPY) --redefine-sym syncline_plugin=$(call static_symbol,$*) \
		--keep-global-symbol=$(call static_symbol,$*) $@.tmp $@ && rm -f $@.tmp

plugins/static-plugins.c: Makefile
	$(AM_V_GEN)$(MKDIR_P) plugins && { \
		echo '/* Made by make. */'; \
		echo '#include <syncline/registry.h>'; \
		for plugin in $(STATIC_PLUGINS); do \
			echo "extern const SynclinePlugin syncline_plugin_$$(echo $$plugin | tr - _);"; \
		done; \
		echo 'static void __attribute__ ((constructor)) add (void) {'; \
		for plugin in $(STATIC_PLUGINS); do \
			echo "  syncline_registry_add (&syncline_plugin_$$(echo $$plugin | tr - _), NULL);"; \
		done; \
		echo '}'; } >$@

plugins/static-plugins.o: plugins/static-plugins.c
	$(AM_V_CC)$(CC) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -c -o $@ $<

core/libsyncline-embedded.a: core/libsyncline-core.la $(static_objects) plugins/static-plugins.o
	$(AM_V_GEN)$(CC) $(CFLAGS) -r -nostdlib -o core/syncline-embedded.o $(static_objects) plugins/static-plugins.o \
		-Wl,--whole-archive core/.libs/libsyncline-core.a
	$(AM_V_at)rm -f $@ && $(AR) cr $@ core/syncline-embedded.o && $(RANLIB) $@

embedded_libs = $(if $(filter sqlite-store,$(STATIC_PLUGINS)),$(SQLITE_LIBS)) \
	$(CURL_LIBS) $(JSON_LIBS) $(SODIUM_LIBS) $(GLIB_LIBS) -lm

noinst_PROGRAMS += examples/embedded
examples_embedded_SOURCES = examples/hello.c
examples_embedded_LDADD = core/libsyncline-embedded.a $(embedded_libs)
examples_embedded_LDFLAGS = $(AM_LDFLAGS) -Wl,--gc-sections -Wl,--as-needed
examples_embedded_DEPENDENCIES = core/libsyncline-embedded.a

nodist_pkgconfig_DATA += core/syncline-embedded.pc
install-data-hook: install-embedded
install-embedded: core/libsyncline-embedded.a
	$(MKDIR_P) $(DESTDIR)$(libdir)
	$(INSTALL_DATA) core/libsyncline-embedded.a $(DESTDIR)$(libdir)/libsyncline-embedded.a
uninstall-hook: uninstall-embedded
uninstall-embedded:
	rm -f $(DESTDIR)$(libdir)/libsyncline-embedded.a

CLEANFILES += $(static_objects) plugins/static-plugins.c plugins/static-plugins.o core/libsyncline-embedded.a \
	core/syncline-embedded.o

# What a device has to carry besides the libraries of its system.
print-size: examples/embedded
	@$(STRIP) -o examples/embedded.stripped examples/embedded && \
		echo "embedded ($(STATIC_PLUGINS)): $$(wc -c <examples/embedded.stripped) bytes, stripped" && \
		rm -f examples/embedded.stripped

else

# This build has none: one of its own is made aside, with what docs/embedded.md says.
print-size:
	@rm -rf embedded && mkdir embedded && \
		$(MAKE) $(AM_MAKEFLAGS) --silent distdir distdir=embedded/source >embedded/log 2>&1 && \
		mkdir embedded/build && cd embedded/build && \
		../source/configure --quiet --enable-static-plugins \
			CFLAGS='-Os -ffunction-sections -fdata-sections' >>../log 2>&1 && \
		$(MAKE) --silent examples/embedded >>../log 2>&1 && $(MAKE) --silent print-size || \
		{ echo "embedded: it could not be built; see $(abs_builddir)/embedded/log" >&2; exit 1; }
	@chmod -R u+w embedded && rm -rf embedded

endif

.PHONY: install-embedded uninstall-embedded print-size
