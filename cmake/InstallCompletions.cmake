# Puts the completions of zsh and fish where these look for them. Below /usr that is where packages have
# theirs. Below /usr/local fish looks nowhere, but for what the administrator adds it looks in /etc.
set(zsh ${CMAKE_INSTALL_PREFIX}/share/zsh/site-functions)
set(fish ${CMAKE_INSTALL_PREFIX}/share/fish/vendor_completions.d)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(zsh /usr/share/zsh/vendor-completions)
elseif(CMAKE_INSTALL_PREFIX STREQUAL "/usr/local")
  set(fish /etc/fish/completions)
endif()
file(INSTALL ${completions}/_nsplay DESTINATION ${zsh})
file(INSTALL ${completions}/nsplay.fish DESTINATION ${fish})
