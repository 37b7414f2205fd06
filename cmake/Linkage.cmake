# How the programs are linked:
#   shared  the distribution's shared libraries, for development
#   static  no shared library at all: starts a quarter faster than with libc alone shared, and can be
#           copied to any machine, or into a container without any libc
set(NSPLAY_LINKAGE shared CACHE STRING "shared or static")
set_property(CACHE NSPLAY_LINKAGE PROPERTY STRINGS shared static)
option(NSPLAY_FUZZ "Build the libFuzzer targets (clang only)" OFF)
if(NSPLAY_FUZZ)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(NSPLAY_LINKAGE STREQUAL static)
  set(Boost_USE_STATIC_LIBS ON)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()
find_package(Boost 1.74 REQUIRED COMPONENTS program_options filesystem)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)
find_library(NSPLAY_LIBCAP cap REQUIRED)
find_path(NSPLAY_LIBCAP_INCLUDE sys/capability.h REQUIRED)
add_library(nsplay_libcap INTERFACE)
target_link_libraries(nsplay_libcap INTERFACE ${NSPLAY_LIBCAP})
target_include_directories(nsplay_libcap SYSTEM INTERFACE ${NSPLAY_LIBCAP_INCLUDE})

# Debian has no libfmt.a: where the file has to hold everything, fmt comes from its headers.
add_library(nsplay_fmt INTERFACE)
target_link_libraries(nsplay_fmt INTERFACE
  $<IF:$<STREQUAL:${NSPLAY_LINKAGE},shared>,fmt::fmt,fmt::fmt-header-only>)

add_library(nsplay_linkage INTERFACE)
if(CMAKE_BUILD_TYPE STREQUAL Release)
  target_compile_options(nsplay_linkage INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection -ffunction-sections -fdata-sections)
  target_compile_definitions(nsplay_linkage INTERFACE _FORTIFY_SOURCE=3)
  # The compiler that the linker calls is told once more what becomes a section.
  target_link_options(nsplay_linkage INTERFACE -ffunction-sections -Wl,-z,relro,-z,now -Wl,--gc-sections)
endif()
if(NSPLAY_LINKAGE STREQUAL static)
  target_link_options(nsplay_linkage INTERFACE -static)
endif()

# nsplay_order_startup(TARGET): what it runs of the libraries lies side by side in the file.
function(nsplay_order_startup target)
  if(NSPLAY_LINKAGE STREQUAL static AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    set(script ${PROJECT_SOURCE_DIR}/cmake/startup.ld)
    target_link_options(${target} PRIVATE -Wl,-T,${script})
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${script})
  endif()
endfunction()
