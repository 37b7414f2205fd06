# The launcher (lib/nsplay/sys/launcher), a program of few bytes without any library, and its bytes as
# a source of the library. Built by a command of its own: no option of the others fits it.
set(launcher_source ${PROJECT_SOURCE_DIR}/lib/nsplay/sys/launcher/launcher.cc)
set(launcher_file ${PROJECT_BINARY_DIR}/launcher/launcher)
set(NSPLAY_LAUNCHER_IMAGE ${PROJECT_BINARY_DIR}/launcher/image.cc)
set(launcher_options -std=c++20 -Os -Wall -Wextra -ffreestanding -fno-exceptions -fno-rtti
    -fno-stack-protector -fno-asynchronous-unwind-tables -fno-pic -nostdlib -static -no-pie
    -Wl,-n -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-s)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  list(APPEND launcher_options -fcf-protection=none)
elseif(NOT CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  message(FATAL_ERROR "lib/nsplay/sys/launcher/launcher.cc does not know ${CMAKE_SYSTEM_PROCESSOR}")
endif()
add_custom_command(
  OUTPUT ${NSPLAY_LAUNCHER_IMAGE}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/launcher
  COMMAND ${CMAKE_CXX_COMPILER} ${launcher_options} -I${PROJECT_SOURCE_DIR}/lib -o ${launcher_file}
          ${launcher_source}
  COMMAND ${CMAKE_COMMAND} -D IN=${launcher_file} -D OUT=${NSPLAY_LAUNCHER_IMAGE}
          -P ${CMAKE_CURRENT_LIST_DIR}/LauncherImage.cmake
  DEPENDS ${launcher_source} ${PROJECT_SOURCE_DIR}/lib/nsplay/sys/bare_call.h
          ${PROJECT_SOURCE_DIR}/lib/nsplay/sys/candidates.h ${CMAKE_CURRENT_LIST_DIR}/LauncherImage.cmake
  COMMENT "Building the launcher"
  VERBATIM)

# For the tools that want to know how each source is compiled; nobody builds it.
add_library(nsplay_launcher OBJECT EXCLUDE_FROM_ALL ${launcher_source})
target_include_directories(nsplay_launcher PRIVATE ${PROJECT_SOURCE_DIR}/lib)
target_link_libraries(nsplay_launcher PRIVATE nsplay_warnings)
