{# Debian's own packages stand for the dependencies, so that nothing is downloaded:
   conan create . -nr -pr:a packaging/conan/debian.profile #}
{% set compiler, version, exe = detect_api.detect_default_compiler() %}
[settings]
os=Linux
arch={{ detect_api.detect_arch() }}
build_type=Release
compiler={{ compiler }}
compiler.version={{ detect_api.default_compiler_version(compiler, version) }}
compiler.libcxx={{ detect_api.detect_libcxx(compiler, version, exe) }}
compiler.cppstd=20

[platform_requires]
zlib/1.2.13
eigen/3.4.0
opencl-icd-loader/2023.12.14
boost/1.74.0
xtensor/0.24.3
