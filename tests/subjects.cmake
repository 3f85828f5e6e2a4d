# SPDX-License-Identifier: MIT
# Which subjects a run of the tests has. A new subject stands nowhere here: it is built by g++ for reference and cpu, and by
# the long run for every backend with both compilers. What is named here is left out, or chosen, to keep the runs short.
set(CONTRASTIVE_TEST_RUN all CACHE STRING "Subjects: all, ordinary (of g++), second_compiler (clang, cpu) or quick")
set_property(CACHE CONTRASTIVE_TEST_RUN PROPERTY STRINGS all ordinary second_compiler quick)

# Where devices can differ: whole networks there are the same layers again, and thrust_cpp is thrust_omp's source on another
# system. The examples train on each.
set(ordinary_on_opencl activations augment color_augment convolution decoder_layers embedding kernels layer_laws loss_laws
    methods opencl own_overrides verbs views)
set(ordinary_on_thrust_omp augment convolution kernels layer_laws loss_laws threads verbs)
set(ordinary_on_thrust_cpp kernels layer_laws own_overrides verbs)
# What clang builds for the cpu in the same run.
set(ordinary_on_cpu_left_out inference_overrides layer_laws loss_laws verbs)

# Kernels by the second compiler too, and the subjects that g++ leaves to it.
set(second_compiler_on_cpu kernels layer_laws loss_laws verbs gemm inference_overrides pair_engine view_pass)
set(second_compiler_on_host conv_kernels expression layer_concepts linear_evaluation loader memory_plan philox simd training_errors
    view_kernels winograd workers)

set(quick_on_cpu augment blocks convolution gemm kernels layer_laws loss_laws optim pipeline training verbs view_pass views)
set(quick_on_reference augment blocks convolution dropout_run fixed_phase kernels layer_laws loss_laws method_misuse optim
    optimizers pipeline supervised verbs vgg views)

# contrastive_choose_subjects(<list of sources> <backend, or host>): those of this run.
function(contrastive_choose_subjects sources backend)
  set(run ${CONTRASTIVE_TEST_RUN})
  foreach(mode IN ITEMS "" _left_out)
    list(JOIN ${run}_on_${backend}${mode} "|" names)
    if(names AND mode)
      list(FILTER ${sources} EXCLUDE REGEX "/(${names})_test\\.cpp$")
    elseif(names)
      list(FILTER ${sources} INCLUDE REGEX "/(${names})_test\\.cpp$")
    endif()
  endforeach()
  set(${sources} ${${sources}} PARENT_SCOPE)
endfunction()
