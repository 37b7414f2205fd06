# Programs of few bytes without any library, which nsplay executes from its own memory. Built by a
# command of their own: no option of the others fits them.
set(bare_program_options -std=c++20 -Os -Wall -Wextra -ffreestanding -fno-exceptions -fno-rtti
    -fno-stack-protector -fno-asynchronous-unwind-tables -fno-pic -nostdlib -static -no-pie
    -Wl,-n -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-s)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  list(APPEND bare_program_options -fcf-protection=none)
elseif(NOT CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  message(FATAL_ERROR "lib/nsplay/sys/bare_call.h does not know ${CMAKE_SYSTEM_PROCESSOR}")
endif()

# nsplay_bare_program(NAME SOURCES ... HEADERS ...): sets NAME_image to a source of the library, which
# defines NAME_image() of nsplay/sys/NAME/image.h. Files below lib/nsplay/sys.
function(nsplay_bare_program name)
  cmake_parse_arguments(PARSE_ARGV 1 bare "" "" "SOURCES;HEADERS")
  set(directory ${PROJECT_BINARY_DIR}/${name})
  list(TRANSFORM bare_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/lib/nsplay/sys/)
  list(TRANSFORM bare_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/lib/nsplay/sys/)
  add_custom_command(
    OUTPUT ${directory}/image.cc
    COMMAND ${CMAKE_COMMAND} -E make_directory ${directory}
    COMMAND ${CMAKE_CXX_COMPILER} ${bare_program_options} -I${PROJECT_SOURCE_DIR}/lib -o
            ${directory}/${name} ${bare_SOURCES}
    COMMAND ${CMAKE_COMMAND} -D IN=${directory}/${name} -D OUT=${directory}/image.cc -D NAME=${name}
            -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/BareProgramImage.cmake
    DEPENDS ${bare_SOURCES} ${bare_HEADERS}
            ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/BareProgramImage.cmake
    COMMENT "Building the ${name}"
    VERBATIM)
  # For the tools that want to know how each source is compiled; nobody builds it.
  add_library(nsplay_${name} OBJECT EXCLUDE_FROM_ALL ${bare_SOURCES})
  target_include_directories(nsplay_${name} PRIVATE ${PROJECT_SOURCE_DIR}/lib)
  target_link_libraries(nsplay_${name} PRIVATE nsplay_warnings)
  set(${name}_image ${directory}/image.cc PARENT_SCOPE)
endfunction()
