# nsplay_layer(NAME SOURCES … HEADERS … USES …): one static library per layer. What a layer may
# link repeats what it may include; each header has to compile alone.
function(nsplay_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;HEADERS;USES;PRIVATE_USES")
  add_library(nsplay_${name} STATIC ${ARG_SOURCES})
  add_library(nsplay::${name} ALIAS nsplay_${name})
  target_sources(nsplay_${name} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${CMAKE_CURRENT_SOURCE_DIR} FILES ${ARG_HEADERS})
  target_link_libraries(nsplay_${name}
    PUBLIC ${ARG_USES}
    PRIVATE ${ARG_PRIVATE_USES} nsplay_warnings nsplay_linkage)
endfunction()
