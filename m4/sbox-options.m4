# SPDX-License-Identifier: LGPL-2.1-or-later

# SBOX_OPTIONS: the --enable switches for people who work on sbox. Sets SAN_CFLAGS, which each
# program and test is compiled and linked with, and leaves the user's CFLAGS alone.
AC_DEFUN([SBOX_OPTIONS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [make compiler warnings errors])],
    [], [enable_werror=no])
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UndefinedBehaviorSanitizer])],
    [], [enable_sanitizers=no])
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing], [build the fuzz targets for libFuzzer (needs clang)])],
    [], [enable_fuzzing=no])
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [build for gcov])],
    [], [enable_coverage=no])

  SAN_CFLAGS=
  AS_IF([test "$enable_sanitizers" = yes],
    [SAN_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"])
  AS_IF([test "$enable_fuzzing" = yes],
    [SAN_CFLAGS="$SAN_CFLAGS -fsanitize=fuzzer-no-link,address,undefined"])
  AS_IF([test "$enable_coverage" = yes], [SAN_CFLAGS="$SAN_CFLAGS --coverage -O0"])
  AC_SUBST([SAN_CFLAGS])
  AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" = yes])
  AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
])

# SBOX_STATIC_LAUNCHER: links sbox alone with -static-pie, when the static libraries are there. The
# dynamic linker is a good part of what a start costs, and a static launcher has nothing that the
# environment could make it load. LAUNCHER_LDFLAGS is set for it. To be called after SBOX_HARDENING
# and the library checks.
AC_DEFUN([SBOX_STATIC_LAUNCHER], [
  AC_ARG_ENABLE([static-launcher],
    [AS_HELP_STRING([--disable-static-launcher], [link sbox with shared libraries (default: static where possible)])],
    [], [enable_static_launcher=auto])
  LAUNCHER_LDFLAGS=
  AS_IF([test "$enable_static_launcher" != no && test "$enable_sanitizers$enable_fuzzing$enable_coverage" = nonono], [
    AC_MSG_CHECKING([whether sbox can be linked statically])
    sbox_saved_cflags=$CFLAGS sbox_saved_ldflags=$LDFLAGS sbox_saved_libs=$LIBS
    CFLAGS="$CFLAGS -fPIE $SECCOMP_CFLAGS $INIH_CFLAGS $JSONC_CFLAGS"
    LDFLAGS="$LDFLAGS -static-pie"
    LIBS="$SECCOMP_LIBS $CAP_LIBS $INIH_LIBS $JSONC_LIBS $LIBS"
    AC_RUN_IFELSE([AC_LANG_PROGRAM([[
        #include <seccomp.h>
        #include <ini.h>
        #include <json-c/json.h>
      ]], [[
        void *volatile used[] = {(void *)seccomp_init, (void *)ini_parse_string, (void *)json_object_put};
        return used[0] && used[1] && used[2] ? 0 : 1;
      ]])],
      [have_static=yes], [have_static=no], [have_static=no])
    CFLAGS=$sbox_saved_cflags LDFLAGS=$sbox_saved_ldflags LIBS=$sbox_saved_libs
    AC_MSG_RESULT([$have_static])
    AS_IF([test $have_static = yes], [
      LAUNCHER_LDFLAGS="-static-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack"
    ], [test "$enable_static_launcher" = yes], [
      AC_MSG_ERROR([--enable-static-launcher: the static libraries are missing])
    ])
  ])
  AS_IF([test -n "$LAUNCHER_LDFLAGS"], [launcher=static], [launcher=dynamic LAUNCHER_LDFLAGS='$(AM_LDFLAGS)'])
  AC_SUBST([LAUNCHER_LDFLAGS])
])

# SBOX_SYSTEM_DIRS: where units, udev rules and networkd's files go: below the prefix, so that an
# installation touches nothing else; packagers name the system's own directories.
AC_DEFUN([SBOX_SYSTEM_DIRS], [
  AC_ARG_WITH([systemdsystemunitdir],
    [AS_HELP_STRING([--with-systemdsystemunitdir=DIR], [systemd system units @<:@PREFIX/lib/systemd/system@:>@])],
    [], [with_systemdsystemunitdir='${prefix}/lib/systemd/system'])
  AC_ARG_WITH([systemdnetworkdir],
    [AS_HELP_STRING([--with-systemdnetworkdir=DIR], [systemd .link and .network files @<:@PREFIX/lib/systemd/network@:>@])],
    [], [with_systemdnetworkdir='${prefix}/lib/systemd/network'])
  AC_ARG_WITH([udevrulesdir],
    [AS_HELP_STRING([--with-udevrulesdir=DIR], [udev rules @<:@PREFIX/lib/udev/rules.d@:>@])],
    [], [with_udevrulesdir='${prefix}/lib/udev/rules.d'])
  AC_SUBST([systemdsystemunitdir], [$with_systemdsystemunitdir])
  AC_SUBST([systemdnetworkdir], [$with_systemdnetworkdir])
  AC_SUBST([udevrulesdir], [$with_udevrulesdir])
])
