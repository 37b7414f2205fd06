# Compiler warnings, for our own targets only. Whether they are errors is the preset's choice.
add_library(nsplay_warnings INTERFACE)
target_compile_options(nsplay_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual
  -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2 -Wundef -Wextra-semi -Wmissing-declarations
  -Wimplicit-fallthrough -Wdouble-promotion
  # Many sources as one see names of each other.
  $<$<NOT:$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wshadow>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wduplicated-branches;-Wlogical-op;-Wuseless-cast;-Wsuggest-override>)
