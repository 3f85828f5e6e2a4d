# SPDX-License-Identifier: MIT
# Which subjects a run of the tests has. A new subject stands nowhere here: it is built by g++ for reference and cpu, and by
# the long run for every backend with both compilers. What is named here is left out, or chosen, to keep the runs short.
set(CONTRASTIVE_TEST_RUN all CACHE STRING "Subjects: all, ordinary (of g++), second_compiler (clang) or quick")
set_property(CACHE CONTRASTIVE_TEST_RUN PROPERTY STRINGS all ordinary second_compiler quick)

# clang compiles at -O0 in a third of g++'s seconds: what is the same source on several backends, and methods, whose
# programs g++ builds as examples. Kernels, and what computes long, are g++'s, some of it also clang's.
set(of_clang activations augment blocks channels color_augment convolution decoder_layers dropout embedding excite fine_tune
    frozen initialize layer_laws layers loss loss_laws methods networks optim resnet rows_beside samples t_simcne target_losses targets
    two_sets values_augment verbs view_losses views)
set(of_clang_on_cpu ${of_clang} aavae bigbigan decoders eigen excite_scores gan inference_overrides local_views map_engine method
    other_overrides overrides step_profile target_methods teacher_methods tokens transfer view_losses_cpu
    weights_file)
set(of_clang_on_reference ${of_clang} basic_resnets dropout_run fine_tune_gradients large_resnets method_gradients method_misuse
    multi_crop optimizers siglip supervised target_gradients teacher_gradients update_rules verdict vgg)
set(second_compiler_on_cpu ${of_clang_on_cpu} gemm kernels pair_engine view_pass)
set(second_compiler_on_host conv_kernels expression layer_concepts linear_evaluation loader memory_plan philox simd training_errors
    view_kernels winograd workers)
set(second_compiler_on_reference ${of_clang_on_reference})
set(ordinary_on_cpu_left_out ${of_clang_on_cpu})
set(ordinary_on_reference_left_out ${of_clang_on_reference})
# What is compiled at -O1 all the same: it computes long, or is about what a compiler makes of it.
set(optimized_subjects pipeline cpu/excite_scores cpu/gemm cpu/pair_engine cpu/view_pass host/conv_kernels host/simd host/training_errors
    host/view_kernels host/winograd)

# Where devices can differ: whole networks there are the same layers again, and thrust_cpp is thrust_omp's source on another
# system. The examples train on each.
set(second_compiler_on_opencl activations augment color_augment convolution decoder_layers embedding excite kernels layer_laws
    loss_laws methods verbs views)
set(ordinary_on_opencl opencl own_overrides)
set(ordinary_on_thrust_omp augment convolution kernels layer_laws loss_laws threads verbs)
set(ordinary_on_thrust_cpp kernels layer_laws own_overrides verbs)

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
