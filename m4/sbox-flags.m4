# SPDX-License-Identifier: LGPL-2.1-or-later

# SBOX_CHECK_FLAG(VAR, FLAG): appends FLAG to VAR when the compiler and linker take it.
AC_DEFUN([SBOX_CHECK_FLAG], [
  AS_VAR_PUSHDEF([cachevar], [sbox_cv_flag_$2])
  AC_CACHE_CHECK([whether $CC takes $2], [cachevar], [
    sbox_saved_cflags=$CFLAGS
    CFLAGS="$CFLAGS -Werror $2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cachevar], [yes])], [AS_VAR_SET([cachevar], [no])])
    CFLAGS=$sbox_saved_cflags
  ])
  AS_VAR_IF([cachevar], [yes], [$1="$$1 $2"])
  AS_VAR_POPDEF([cachevar])
])

AC_DEFUN([SBOX_WARNINGS], [
  WARN_CFLAGS=
  m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2
    -Wwrite-strings -Wpointer-arith -Wvla -Wundef -Wimplicit-fallthrough -Wcast-qual
    -Wno-missing-field-initializers],
    [SBOX_CHECK_FLAG([WARN_CFLAGS], flag)])
  AS_IF([test "$enable_werror" = yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

AC_DEFUN([SBOX_HARDENING], [
  HARDEN_CFLAGS= HARDEN_LDFLAGS=
  AS_IF([test "$enable_sanitizers$enable_fuzzing$enable_coverage" = nonono], [
    m4_foreach_w([flag], [-fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE],
      [SBOX_CHECK_FLAG([HARDEN_CFLAGS], flag)])
    m4_foreach_w([flag], [-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed],
      [SBOX_CHECK_FLAG([HARDEN_LDFLAGS], m4_quote(flag))])
    dnl Fortify only an optimised build, and only when the distribution's flags have not set it.
    HARDEN_CPPFLAGS=
    AS_CASE([" $CPPFLAGS $CFLAGS "], [*_FORTIFY_SOURCE*], [],
      [*" -O0 "*], [], [*" -O"*], [HARDEN_CPPFLAGS="-D_FORTIFY_SOURCE=2"])
  ])
  AC_SUBST([HARDEN_CPPFLAGS])
  AC_SUBST([HARDEN_CFLAGS])
  AC_SUBST([HARDEN_LDFLAGS])
])
