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
