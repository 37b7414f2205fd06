# cmake -D IN=FILE -D OUT=SOURCE -P LauncherImage.cmake: the bytes of FILE as a source.
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
string(REGEX REPLACE "(................................................................)" "\\1\"\n    \"" bytes "${bytes}")
file(WRITE ${OUT} "#include \"nsplay/sys/launcher/image.h\"

namespace nsplay::sys {

std::string_view launcher_image() noexcept {
  static constexpr char image[] =
    \"${bytes}\";
  return {image, sizeof image - 1};
}

}  // namespace nsplay::sys
")
