/* What Rust's standard library asks of bcryptprimitives.dll on Windows: random bytes. Wine 8, which is Debian 12's, has no such
   file, so that no program of Rust starts in it. This stands in for it under wine, and is never shipped: every Windows that
   Muster runs on brings the real one. */
#include <windows.h>

/* The older name for random bytes, which wine knows: RtlGenRandom of advapi32. */
BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
    return SystemFunction036(bytes, (ULONG)length);
}
