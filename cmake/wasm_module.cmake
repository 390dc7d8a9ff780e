# The module that ships: stopbath-threads or stopbath-single, an ES module and its wasm.
# Every flag that is not Emscripten's default stands on its own line with its reason.
file(GLOB bind_sources CONFIGURE_DEPENDS src/bind/*.cc)
if(NOT bind_sources)
  return()
endif()

if(STOPBATH_WITH_THREADS)
  set(module stopbath-threads)
else()
  set(module stopbath-single)
endif()

add_executable(${module} ${bind_sources})
set_target_properties(${module} PROPERTIES SUFFIX .mjs RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
target_link_libraries(${module} PRIVATE stopbath_core stopbath_core_flags)
# Embind spells type names from RTTI, which the core is built without.
target_compile_definitions(${module} PRIVATE EMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
target_link_options(${module} PRIVATE
  -O3
  -lembind                       # the control surface on the page
  --no-entry                     # a library: the page calls it, nothing runs by itself
  -fno-exceptions
  -fno-rtti                      # picks the Embind library that matches how the bindings are compiled
  -sSTRICT                       # no legacy globals, no implicit libraries
  -sMODULARIZE                   # a factory: several instances per page, and realms that can be replaced
  -sEXPORT_ES6                   # bundlers and <script type="module"> both take it
  -sENVIRONMENT=web,worker,node  # node: the unit tests load the same module
  -sFILESYSTEM=0                 # pixels never pass through files
  -sDYNAMIC_EXECUTION=0          # no eval: works under a strict Content-Security-Policy
  -sIMPORTED_MEMORY              # the page makes the memory and chooses its first and largest size
  -sALLOW_MEMORY_GROWTH          # a large image may need more than the first size
  -sINITIAL_MEMORY=16MB          # the least memory a page may pass in
  -sMAXIMUM_MEMORY=2GB           # the most that needs no unsigned pointer arithmetic in JavaScript
  -sABORTING_MALLOC=0            # running out of memory is a value, not the end of the module
  -sSTACK_SIZE=256KB             # kernels neither recurse nor keep large locals
  # Trimmed to what the package passes in. noExitRuntime stays: without it the first callback would end the runtime.
  -sINCOMING_MODULE_JS_API=noExitRuntime,locateFile,mainScriptUrlOrBlob,instantiateWasm,wasmBinary,wasmMemory,printErr
  # Called for every task: Embind's way to a method costs 30 us when it has fallen out of the caches.
  -sEXPORTED_FUNCTIONS=_stopbath_submit,_stopbath_step
  -sEXPORTED_RUNTIME_METHODS=HEAPU8,HEAP32,HEAPF64,wasmMemory)

if(STOPBATH_WITH_THREADS)
  target_link_options(${module} PRIVATE
    -sPTHREAD_POOL_SIZE=0        # the pool starts its own workers; a worker that fails to load must not hang create()
    -sDEFAULT_PTHREAD_STACK_SIZE=256KB
    -Wno-pthreads-mem-growth)    # the package reads wasmMemory.buffer anew instead of trusting old views
  set(worker_library ${CMAKE_SOURCE_DIR}/src/bind/library_workers.js)
  if(EXISTS ${worker_library})
    target_link_options(${module} PRIVATE --js-library ${worker_library})
    set_property(TARGET ${module} APPEND PROPERTY LINK_DEPENDS ${worker_library})
  endif()
endif()
